# One event by Python's standard library. HOST, VISITOR and the credential come from the environment.
import json
import os
import urllib.request

event = {
    "publicKey": os.environ["ANALYSE_PUBLIC_KEY"],
    "events": [
        {
            "event_name": "checkout_finished",
            "anonymous_id": os.environ["VISITOR"],
            "properties": {"payment_type": "one_time", "plan": "pro", "amount": 4990, "currency": "EUR"},
        }
    ],
}

request = urllib.request.Request(
    os.environ["HOST"] + "/v1/batch",
    data=json.dumps(event).encode(),
    headers={
        "Content-Type": "application/json",
    },
)
with urllib.request.urlopen(request, timeout=10) as response:
    print(response.status)
