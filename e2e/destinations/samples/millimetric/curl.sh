#!/bin/sh
# One event by curl. HOST, VISITOR and the credential come from the environment.
curl --silent --show-error --fail-with-body "$HOST/v1/track" \
  --header "Authorization: Bearer $MILLIMETRIC_KEY" \
  --header "Content-Type: application/json" \
  --data @- <<JSON
{
  "event": "completed_checkout",
  "event_id": "evt_${VISITOR}",
  "anonymous_id": "${VISITOR}",
  "properties": {
    "plan": "pro",
    "amount_cents": 4990,
    "currency": "eur"
  }
}
JSON
