# One event by Ruby's standard library. HOST, VISITOR and the credential come from the environment.
require "json"
require "net/http"

event = {
  name: "purchase",
  visitor_id: ENV.fetch("VISITOR"),
  payload: {plan: "pro", amount: "49.90", currency: "EUR"},
  url: "https://example.com/checkout",
}

uri = URI(ENV.fetch("HOST") + "/api/v1/websites/42/track")
request = Net::HTTP::Post.new(uri)
request["Content-Type"] = "application/json"
request["Authorization"] = "Bearer #{ENV.fetch("WEB_ANALYZER_KEY")}"
request.body = JSON.generate(event)
response = Net::HTTP.start(uri.hostname, uri.port, use_ssl: uri.scheme == "https", read_timeout: 10) do |http|
  http.request(request)
end
abort("#{response.code} #{response.body}") unless response.is_a?(Net::HTTPSuccess)
puts response.code
