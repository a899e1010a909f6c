#!/bin/sh
# One event by curl. HOST, VISITOR and the credential come from the environment.
curl --silent --show-error --fail-with-body "$HOST/api/tracking/server-events?workspaceId=ws_123" \
  --header "Cookie: $SESSION_COOKIE" \
  --header "Content-Type: application/json" \
  --data @- <<JSON
{
  "siteId": "site_456",
  "events": [
    {
      "type": "trial_start",
      "visitorId": "${VISITOR}",
      "email": "sam@example.com",
      "path": "/api/signup",
      "props": {
        "plan": "pro"
      }
    }
  ]
}
JSON
