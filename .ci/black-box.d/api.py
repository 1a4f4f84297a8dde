"""Holds the description of the API and the running server against each other.

python api.py ADDRESS OPENAPI.YAML PASSWORD-FILE DATABASE

Schemathesis asks as an officer with whatever the description allows, which mostly names nothing that exists;
then as every role, and as a stranger, with a project, a stage and an alert that do exist. Every answer must be
one that the description knows, in the form that it promises, never a fault of the server, and never given to
whoever has not signed in.
"""

import json
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile
import urllib.request

import yaml

CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "ignored_auth",
]
# Of each operation: many for the officer whose things they are, few for each of the others.
EXAMPLES, EXAMPLES_OF_A_ROLE = "12", "6"
# Every border of every parameter is asked about once; what a role may see does not change them.
ROLE_PHASES = "fuzzing"
# Somebody of the demonstration for each role.
PEOPLE = {
    "investor": "qian.siyuan",
    "officer": "wang.min",
    "head": "zheng.guodong",
    "supervisor": "pan.yue",
    "efficacy office": "li.weidong",
    "leader": "zhang.hongyi",
    "system administrator": "guo.tao",
    "security administrator": "cui.ning",
    "audit administrator": "ren.yuan",
}
# The same questions every time: a failure can be asked again.
SEED = "1"

address, description = sys.argv[1], str(pathlib.Path(sys.argv[2]).absolute())
password = pathlib.Path(sys.argv[3]).read_text().strip()


def ask(path, token=None, body=None):
    head = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(f"{address}/api/v1{path}", json.dumps(body).encode() if body else None, head)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer), answer.headers


class Yaml(yaml.SafeLoader):
    """YAML 1.2, as OpenAPI wants it: `on` is a name and 2026-03-02 a text."""


Yaml.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":bool"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Yaml.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


def schemathesis(who, token, examples, phases, *settings):
    """Runs it with settings of its own; true when every check passed."""
    # In a folder of its own: it leaves files behind.
    with tempfile.TemporaryDirectory() as folder:
        config = pathlib.Path(folder) / "schemathesis.toml"
        config.write_text("\n".join(["[parameters]", *settings]))
        program = [str(pathlib.Path(sys.executable).with_name("st")), "--config-file", str(config), "run", description]
        program += ["--url", f"{address}/api/v1", "--no-color"]
        program += ["-H", f"Authorization: Bearer {token}"] if token else []
        program += ["--checks", ",".join(CHECKS), "--continue-on-failure", "--warnings", "off"]
        program += ["--phases", phases, "--max-examples", examples, "--seed", SEED, "--generation-database", "none"]
        ended = subprocess.run(program, capture_output=True, text=True, cwd=folder)
    lines = ended.stdout.splitlines()
    if ended.returncode:
        print(ended.stdout, ended.stderr, sep="\n")
    print(f"schemathesis: {who}:", next((line.strip() for line in lines if " generated" in line), "no test ran"))
    return ended.returncode == 0


served, _ = ask("/openapi.json")
is_same = yaml.load(pathlib.Path(description).read_text(), Yaml) == served
print(f"description: {len(served['paths'])} paths, the served one {'equals' if is_same else 'DIFFERS FROM'} openapi.yaml")

# People of the demonstration have no passwords: they get that of the checker.
with sqlite3.connect(sys.argv[4], timeout=30) as database:
    hashed = database.execute("SELECT password_hash FROM person WHERE login = 'checker'").fetchone()
    for login in PEOPLE.values():
        database.execute("UPDATE person SET password_hash = ? WHERE login = ?", (*hashed, login))


def sign_in(login):
    return ask("/auth/token", body={"login": login, "password": password})[0]


# Everybody signs in before anything is guessed at: guesses shut the door for the address.
signed_in = {role: sign_in(login) for role, login in PEOPLE.items()}
token = sign_in("checker")["access_token"]
alert = ask("/alerts", token)[0]["data"][0]
stage = alert["stage"]["id"]
tag = ask(f"/stages/{stage}", token)[1]["ETag"]
existing = {"project": alert["project"]["code"], "stage": stage, "alert": alert["id"], "If-Match": tag}
settings = [f"{name} = {json.dumps(value)}" for name, value in existing.items()]
passed = [schemathesis("anything", token, EXAMPLES, "examples,coverage,fuzzing,stateful")]

passed.append(schemathesis("stranger", None, EXAMPLES_OF_A_ROLE, ROLE_PHASES, *settings))
for role, answer in signed_in.items():
    # An access token ends after ten minutes.
    token = ask("/auth/refresh", body={"refresh_token": answer["refresh_token"]})[0]["access_token"]
    passed.append(schemathesis(role, token, EXAMPLES_OF_A_ROLE, ROLE_PHASES, *settings))
sys.exit(0 if is_same and all(passed) else 1)
