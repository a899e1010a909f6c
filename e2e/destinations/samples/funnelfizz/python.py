# One event by Python's standard library. HOST, VISITOR and the credential come from the environment.
import json
import os
import urllib.request

event = {
    "siteId": "site_456",
    "events": [
        {
            "type": "trial_start",
            "visitorId": os.environ["VISITOR"],
            "email": "sam@example.com",
            "path": "/api/signup",
            "props": {"plan": "pro"},
        }
    ],
}

request = urllib.request.Request(
    os.environ["HOST"] + "/api/tracking/server-events?workspaceId=ws_123",
    data=json.dumps(event).encode(),
    headers={
        "Content-Type": "application/json",
        "Cookie": os.environ["SESSION_COOKIE"],
    },
)
with urllib.request.urlopen(request, timeout=10) as response:
    print(response.status)
