# One event by Python's standard library. HOST, VISITOR and the credential come from the environment.
import json
import os
import urllib.request

event = {
    "event": "completed_checkout",
    "event_id": "evt_" + os.environ["VISITOR"],
    "anonymous_id": os.environ["VISITOR"],
    "properties": {"plan": "pro", "amount_cents": 4990, "currency": "eur"},
}

request = urllib.request.Request(
    os.environ["HOST"] + "/v1/track",
    data=json.dumps(event).encode(),
    headers={
        "Content-Type": "application/json",
        "Authorization": "Bearer " + os.environ["MILLIMETRIC_KEY"],
    },
)
with urllib.request.urlopen(request, timeout=10) as response:
    print(response.status)
