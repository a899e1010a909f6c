#!/bin/sh
# One event by curl. HOST, VISITOR and the credential come from the environment.
curl --silent --show-error --fail-with-body "$HOST/v1/batch" \
  --header "Content-Type: application/json" \
  --data @- <<JSON
{
  "publicKey": "${ANALYSE_PUBLIC_KEY}",
  "events": [
    {
      "event_name": "checkout_finished",
      "anonymous_id": "${VISITOR}",
      "properties": {
        "payment_type": "one_time",
        "plan": "pro",
        "amount": 4990,
        "currency": "EUR"
      }
    }
  ]
}
JSON
