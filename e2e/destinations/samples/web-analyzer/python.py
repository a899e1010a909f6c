# One event by Python's standard library. HOST, VISITOR and the credential come from the environment.
import json
import os
import urllib.request

event = {
    "name": "purchase",
    "visitor_id": os.environ["VISITOR"],
    "payload": {"plan": "pro", "amount": "49.90", "currency": "EUR"},
    "url": "https://example.com/checkout",
}

request = urllib.request.Request(
    os.environ["HOST"] + "/api/v1/websites/42/track",
    data=json.dumps(event).encode(),
    headers={
        "Content-Type": "application/json",
        "Authorization": "Bearer " + os.environ["WEB_ANALYZER_KEY"],
    },
)
with urllib.request.urlopen(request, timeout=10) as response:
    print(response.status)
