"""Prints a stage with an alert on which somebody may note something.

python stage.py ADDRESS LOGIN PASSWORD
"""

import json
import sys
import urllib.request

address, login, password = sys.argv[1:]


def ask(path, token=None, body=None):
    head = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(f"{address}/api/v1{path}", json.dumps(body).encode() if body else None, head)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def may_note(stage, token):
    actions = ask(f"/stages/{stage}", token)["detail"]["allowed_actions"]
    return any(action["action"] == "note" and action["allowed"] for action in actions)


token = ask("/auth/token", body={"login": login, "password": password})["access_token"]
stages = [alert["stage"]["id"] for alert in ask("/alerts", token)["data"]]
print(next(stage for stage in stages if may_note(stage, token)))
