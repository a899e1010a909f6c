# One event by Ruby's standard library. HOST, VISITOR and the credential come from the environment.
require "json"
require "net/http"

event = {
  site: "example.com",
  event_type: "purchase",
  event_id: "order_#{ENV.fetch("VISITOR")}",
  vid: ENV.fetch("VISITOR"),
  value: 49.90,
  currency: "EUR",
  props: {plan: "pro"},
  consent: true,
}

uri = URI(ENV.fetch("HOST") + "/api/events/server")
request = Net::HTTP::Post.new(uri)
request["Content-Type"] = "application/json"
request["Authorization"] = "Bearer #{ENV.fetch("SERVOKI_KEY")}"
request.body = JSON.generate(event)
response = Net::HTTP.start(uri.hostname, uri.port, use_ssl: uri.scheme == "https", read_timeout: 10) do |http|
  http.request(request)
end
abort("#{response.code} #{response.body}") unless response.is_a?(Net::HTTPSuccess)
puts response.code
