# One event by Ruby's standard library. HOST, VISITOR and the credential come from the environment.
require "json"
require "net/http"

event = {
  publicKey: ENV.fetch("ANALYSE_PUBLIC_KEY"),
  events: [
    {
      event_name: "checkout_finished",
      anonymous_id: ENV.fetch("VISITOR"),
      properties: {payment_type: "one_time", plan: "pro", amount: 4990, currency: "EUR"},
    }
  ],
}

uri = URI(ENV.fetch("HOST") + "/v1/batch")
request = Net::HTTP::Post.new(uri)
request["Content-Type"] = "application/json"
request.body = JSON.generate(event)
response = Net::HTTP.start(uri.hostname, uri.port, use_ssl: uri.scheme == "https", read_timeout: 10) do |http|
  http.request(request)
end
abort("#{response.code} #{response.body}") unless response.is_a?(Net::HTTPSuccess)
puts response.code
