#!/bin/sh
# One event by curl. HOST, VISITOR and the credential come from the environment.
curl --silent --show-error --fail-with-body "$HOST/api/v1/websites/42/track" \
  --header "Authorization: Bearer $WEB_ANALYZER_KEY" \
  --header "Content-Type: application/json" \
  --data @- <<JSON
{
  "name": "purchase",
  "visitor_id": "${VISITOR}",
  "payload": {
    "plan": "pro",
    "amount": "49.90",
    "currency": "EUR"
  },
  "url": "https://example.com/checkout"
}
JSON
