#!/bin/sh
# One event by curl. HOST, VISITOR and the credential come from the environment.
curl --silent --show-error --fail-with-body "$HOST/api/events/server" \
  --header "Authorization: Bearer $SERVOKI_KEY" \
  --header "Content-Type: application/json" \
  --data @- <<JSON
{
  "site": "example.com",
  "event_type": "purchase",
  "event_id": "order_${VISITOR}",
  "vid": "${VISITOR}",
  "value": 49.9,
  "currency": "EUR",
  "props": {
    "plan": "pro"
  },
  "consent": true
}
JSON
