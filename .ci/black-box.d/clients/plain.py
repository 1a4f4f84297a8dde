"""Prints a description without what progenitor does not understand.

python plain.py OPENAPI-3.0.JSON

It knows one answer for an operation that goes well: a job, which comes only to whoever prefers one, is left out.
It knows JSON alone: a list that may also be a file is JSON here, a change (`application/merge-patch+json`) is sent as
plain JSON, and operations that take or give nothing in JSON are left out.
"""

import json
import sys

JSON = "application/json"
PATCH = "application/merge-patch+json"
KNOWN = {JSON, "application/problem+json"}
document = json.load(open(sys.argv[1]))


def plain(operation):
    """False for an operation that speaks something else."""
    body = operation.get("requestBody", {"content": {JSON: {}}})["content"]
    if PATCH in body:
        body[JSON] = body.pop(PATCH)
    if len({"200", "201"} & set(operation["responses"])) == 1:
        operation["responses"].pop("202", None)
    answers = [answer["content"] for answer in operation["responses"].values() if "content" in answer]
    for answer in answers:
        if JSON in answer:
            for other in set(answer) - KNOWN:
                del answer[other]
    return all(set(content) <= KNOWN for content in [body, *answers])


for path in document["paths"].values():
    for method in [method for method, operation in path.items() if not plain(operation)]:
        del path[method]
print(json.dumps(document))
