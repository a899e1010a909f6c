# One event by Ruby's standard library. HOST, VISITOR and the credential come from the environment.
require "json"
require "net/http"

event = {
  siteId: "site_456",
  events: [
    {
      type: "trial_start",
      visitorId: ENV.fetch("VISITOR"),
      email: "sam@example.com",
      path: "/api/signup",
      props: {plan: "pro"},
    }
  ],
}

uri = URI(ENV.fetch("HOST") + "/api/tracking/server-events?workspaceId=ws_123")
request = Net::HTTP::Post.new(uri)
request["Content-Type"] = "application/json"
request["Cookie"] = ENV.fetch("SESSION_COOKIE")
request.body = JSON.generate(event)
response = Net::HTTP.start(uri.hostname, uri.port, use_ssl: uri.scheme == "https", read_timeout: 10) do |http|
  http.request(request)
end
abort("#{response.code} #{response.body}") unless response.is_a?(Net::HTTPSuccess)
puts response.code
