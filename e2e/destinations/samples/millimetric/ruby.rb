# One event by Ruby's standard library. HOST, VISITOR and the credential come from the environment.
require "json"
require "net/http"

event = {
  event: "completed_checkout",
  event_id: "evt_#{ENV.fetch("VISITOR")}",
  anonymous_id: ENV.fetch("VISITOR"),
  properties: {plan: "pro", amount_cents: 4990, currency: "eur"},
}

uri = URI(ENV.fetch("HOST") + "/v1/track")
request = Net::HTTP::Post.new(uri)
request["Content-Type"] = "application/json"
request["Authorization"] = "Bearer #{ENV.fetch("MILLIMETRIC_KEY")}"
request.body = JSON.generate(event)
response = Net::HTTP.start(uri.hostname, uri.port, use_ssl: uri.scheme == "https", read_timeout: 10) do |http|
  http.request(request)
end
abort("#{response.code} #{response.body}") unless response.is_a?(Net::HTTPSuccess)
puts response.code
