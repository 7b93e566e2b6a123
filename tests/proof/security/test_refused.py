"""Every 403 is a security event, told once, whoever raised it: the role of a route or the rules of a resource."""

import json

import pytest

from neoforge.signing import pseudonym
from tests.api import call
from tests.functions.conftest import Logs
from tests.functions.helpers import assert_problem, metrics
from tests.functions.world import World

Refused = tuple[str, str, object, str]  # method, path, body, and who asks
REFUSED: list[Refused] = [
    ("POST", "/v1/status/events", {"service_id": "api", "status": "operational"}, "user"),
    ("PATCH", "/v1/community/posts/{post_id}", {"title": "B"}, "other user"),
    ("DELETE", "/v1/community/posts/{post_id}", None, "other user"),
    ("PATCH", "/v1/support/tickets/{ticket_id}", {"subject": "B"}, "support"),
    ("PATCH", "/v1/support/tickets/{ticket_id}", {"status": "pending"}, "user"),
]


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "k"}], ids=["without key", "with key"])
@pytest.mark.parametrize("refused", REFUSED, ids=lambda one: " ".join(one[:2]))
def test_a_refused_request_is_one_event(refused: Refused, key: dict[str, str], world: World, logs: Logs) -> None:
    method, path, body, caller = refused
    token = world.tokens[caller] or ""
    where = path.format_map(world._asdict())
    assert_problem(call(method, where, body=body, token=token, headers=key), "forbidden")
    written = logs()
    assert metrics(written, "AuthorizationRefused") == 1
    (event,) = [line for line in map(json.loads, written.splitlines()) if line.get("event") == "AuthorizationRefused"]
    user_id = token.partition(".")[0]
    assert (event["account"], event["route"]) == (pseudonym(user_id), f"{method} {path}")
    assert user_id not in written


def test_what_was_not_refused_is_none(world: World, logs: Logs) -> None:
    call("GET", "/v1/projects/{project_id}".format_map(world._asdict()), token=world.tokens["other user"])
    call("POST", "/v1/status/events", body={}, token=world.tokens["operator"])
    call("GET", "/v1/account")
    assert metrics(logs(), "AuthorizationRefused") == 0
