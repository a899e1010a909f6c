# One event by Python's standard library. HOST, VISITOR and the credential come from the environment.
import json
import os
import urllib.request

event = {
    "site": "example.com",
    "event_type": "purchase",
    "event_id": "order_" + os.environ["VISITOR"],
    "vid": os.environ["VISITOR"],
    "value": 49.90,
    "currency": "EUR",
    "props": {"plan": "pro"},
    "consent": True,
}

request = urllib.request.Request(
    os.environ["HOST"] + "/api/events/server",
    data=json.dumps(event).encode(),
    headers={
        "Content-Type": "application/json",
        "Authorization": "Bearer " + os.environ["SERVOKI_KEY"],
    },
)
with urllib.request.urlopen(request, timeout=10) as response:
    print(response.status)
