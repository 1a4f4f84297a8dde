"""What other people's libraries say to our calendars and webhooks.

python live.py PROGRAM DATABASE

Works on a copy of the demonstration's database, served by a process of its own that may send events to this
machine. A calendar must be parsed without a complaint by two libraries; a webhook must pass the reference
verification of Standard Webhooks, and fail it when a byte is changed.
"""

import http.server
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

import icalendar
import standardwebhooks
import vobject

program, source = sys.argv[1], pathlib.Path(sys.argv[2])
got, arrived = [], threading.Condition()
failures = []


def check(is_so, what):
    if not is_so:
        failures.append(what)
        print(f"live: FAILED: {what}")


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        with arrived:
            got.append((dict(self.headers.items()), body))
            arrived.notify_all()
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


def copy(folder):
    database = folder / "live.sqlite"
    with sqlite3.connect(source) as old, sqlite3.connect(database) as new:
        old.backup(new)
    shutil.copy(f"{source}.key", f"{database}.key")
    return f"sqlite://{database}"


def add(url, login, *roles):
    words = [word for role in roles for word in ("--role", role)]
    made = [program, "user", "add", "--login", login, "--name", login, "--random-password", "--database-url", url]
    unit = ["--unit", "natural-resources"]
    ended = subprocess.run([*made, *words, *unit], capture_output=True, text=True, check=True)
    return ended.stdout.strip()


def serve(folder, url):
    environment = os.environ | {
        "GREEN_CHANNEL__MAIL__TRANSPORT": "folder",
        "GREEN_CHANNEL__MAIL__FOLDER": str(folder / "letters"),
        "GREEN_CHANNEL__DATABASE__URL": url,
        "GREEN_CHANNEL__WEBHOOKS__ALLOW_CIDRS": "127.0.0.1/32",
        # Programs that sign in with a password have no authenticator.
        "GREEN_CHANNEL__SIGN_IN__TOTP": "off",
    }
    log = open(folder / "log", "w")
    server = subprocess.Popen(
        [program, "serve", "--listen", "127.0.0.1:0"], env=environment, stderr=log, stdout=log, cwd=folder
    )
    for _ in range(300):
        found = re.search(r"127\.0\.0\.1:\d+", (folder / "log").read_text())
        if found:
            return server, f"http://{found.group(0)}"
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise SystemExit((folder / "log").read_text())


def ask(address, path, token=None, body=None, method=None):
    head = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(f"{address}/api/v1{path}", data, head, method=method)
    with urllib.request.urlopen(request) as answer:
        text = answer.read()
        return json.loads(text) if text else None


def sign_in(address, login, password):
    return ask(address, "/auth/token", body={"login": login, "password": password})["access_token"]


def calendars(address, token):
    made = ask(address, "/me/feeds", token, {"name": "black box, with; odd\\ letters"})
    path = "/cal/" + made["url"].rsplit("/", 1)[1]
    with urllib.request.urlopen(address + path) as answer:
        file, tag = answer.read(), answer.headers["etag"]
    calendar = icalendar.Calendar.from_ical(file)
    events = calendar.walk("VEVENT")
    check(events, "a calendar without events checks nothing")
    check(not calendar.errors, f"icalendar: {calendar.errors}")
    for event in events:
        check(not event.errors, f"icalendar: {event.errors}")
        start, end = event.decoded("DTSTART"), event.decoded("DTEND")
        check((end - start).days == 1, f"{start} to {end}")
    vobject.readOne(file.decode()).validate(raiseException=True)
    request = urllib.request.Request(address + path, headers={"If-None-Match": tag})
    try:
        urllib.request.urlopen(request)
        check(False, "304")
    except urllib.error.HTTPError as error:
        check(error.code == 304, f"304, not {error.code}")
    print(f"live: {len(events)} due dates parsed by icalendar and vobject")


def webhooks(address, owner, administrator):
    receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{receiver.server_port}/in"
    made = ask(address, "/webhooks", owner, {"url": url})
    ask(address, f"/webhooks/{made['id']}/approval", administrator, {})
    ask(address, f"/webhooks/{made['id']}/test", owner, {})
    changed = ask(address, f"/webhooks/{made['id']}/secret", owner, {})
    ask(address, f"/webhooks/{made['id']}/test", owner, {})
    with arrived:
        check(arrived.wait_for(lambda: len(got) >= 2, 30), "two tests arrive")
    for head, body in got:
        event = json.loads(body)
        check(event["specversion"] == "1.0" and event["id"] == head["webhook-id"], "a CloudEvent")
    for secret in (made["secret"], changed["secret"]):
        head, body = got[-1]
        standardwebhooks.Webhook(secret).verify(body, head)
        try:
            standardwebhooks.Webhook(secret).verify(body + b" ", head)
            check(False, "a changed byte is seen")
        except standardwebhooks.WebhookVerificationError:
            pass
    print(f"live: {len(got)} webhooks verified by standardwebhooks, under both secrets of a change")


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    url = copy(folder)
    officer = add(url, "live-officer", "officer", "head")
    keeper = add(url, "live-keeper", "system_administrator")
    server, address = serve(folder, url)
    try:
        owner = sign_in(address, "live-officer", officer)
        calendars(address, owner)
        webhooks(address, owner, sign_in(address, "live-keeper", keeper))
    finally:
        server.terminate()
        server.wait(30)
sys.exit(1 if failures else 0)
