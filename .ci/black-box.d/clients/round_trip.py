"""What a client does that openapi-python-client makes from the description: sign in, read, change, be refused.

python round_trip.py CLIENT-FOLDER ADDRESS LOGIN PASSWORD STAGE
"""

import sys

folder, address, login, password, stage = sys.argv[1:]
sys.path.insert(0, folder)

from green_channel_client import AuthenticatedClient, Client  # noqa: E402
from green_channel_client.api.auth import create_token  # noqa: E402
from green_channel_client.api.projects import get_project, list_projects  # noqa: E402
from green_channel_client.api.stages import get_stage, note_progress  # noqa: E402
from green_channel_client.models import DatedRehearsedAct, NoteBody, Problem, TokenBody  # noqa: E402

root = f"{address}/api/v1"
token = create_token.sync(client=Client(root), body=TokenBody(login=login, password=password))
assert not isinstance(token, Problem) and token, token
client = AuthenticatedClient(root, token=token.access_token)

page = list_projects.sync(client=client, limit=2)
assert page and not isinstance(page, Problem), page
first = page.data[0]
project = get_project.sync(first.code, client=client)
assert project and not isinstance(project, Problem), project
assert project.code == first.code and len(project.phases) > 0

body = NoteBody(text="a client tries")
refused = note_progress.sync(stage, client=client, body=body, if_match='"v0-0-2026-01-01"')
assert isinstance(refused, Problem) and refused.code == "conflict.version", refused

edition = get_stage.sync_detailed(stage, client=client).headers["ETag"]
acted = note_progress.sync(stage, client=client, body=body, if_match=edition, dry_run=True)
assert isinstance(acted, DatedRehearsedAct), acted
print(
    f"python: {len(page.data)} projects, {first.code} is {project.lamp} until {project.expected_on}, "
    f"a rehearsal moves {len(acted.moved)}, {refused.code} is understood"
)
