"""Every 403 is a security event, logged once, whoever raised it: the role of a route or the rules of a resource."""

import json

import pytest

from neoforge.signing import pseudonym
from tests.api import route_of
from tests.callers import Local
from tests.catalog import ENDPOINTS
from tests.catalog.world import Request
from tests.functions.conftest import Logs
from tests.functions.helpers import assert_problem, metrics

REFUSED = [
    (handler, name)
    for handler, function in ENDPOINTS.items()
    for name, case in function.cases.items()
    if case.status == 403
]


def prepared(handler: str, name: str, world: Local) -> Request:
    request = ENDPOINTS[handler].cases[name].prepare(world)
    assert isinstance(request, Request)
    return request


@pytest.mark.parametrize("keyed", [False, True])
@pytest.mark.parametrize(("handler", "name"), REFUSED)
def test_a_refused_request_is_one_security_event(
    handler: str, name: str, keyed: bool, world: Local, request: pytest.FixtureRequest
) -> None:
    asked = prepared(handler, name, world)
    logs: Logs = request.getfixturevalue("logs")  # from here on
    assert_problem(world.send(asked.keyed() if keyed else asked), "forbidden")
    written = logs()
    assert metrics(written, "AuthorizationRefused") == 1
    (event,) = [line for line in map(json.loads, written.splitlines()) if line.get("event") == "AuthorizationRefused"]
    user_id = (asked.token or "").partition(".")[0]
    assert (event["account"], event["route"]) == (pseudonym(user_id), " ".join(route_of(handler)))
    assert user_id not in written


def test_a_request_refused_for_another_reason_is_no_security_event(world: Local, logs: Logs) -> None:
    owner, other = world.owner, world.other
    world.send(other.get("/v1/account"))
    assert_problem(world.send(owner.patch("/v1/account", {"display_name": 1})), "validation-failed")
    assert_problem(world.send(owner.delete(f"/v1/auth/sessions/{other.id}")), "not-found")
    assert_problem(world.send(world.nobody.get("/v1/account")), "unauthorized")
    assert metrics(logs(), "AuthorizationRefused") == 0
