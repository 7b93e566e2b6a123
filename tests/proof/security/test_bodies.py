"""Bodies that are too large or no text at all, on every route that takes one: refused, and nothing is written."""

import base64
import gzip
import json

import pytest

from neoforge.api.constraints import MAX_BODY_BYTES
from tests.api import event, invoke
from tests.functions.helpers import assert_problem, failing
from tests.functions.world import OPERATORS, WHO, World
from tests.proof.security.bodies import ROUTES, send, valid

COUNTS = {"UpdateItem"}  # of requests


def sized(route: tuple[str, str], world: World, size: int) -> str:
    text = json.dumps(valid(route, world))
    return text + " " * (size - len(text))


@pytest.mark.parametrize("route", ROUTES, ids=" ".join)
@pytest.mark.parametrize("size", [MAX_BODY_BYTES + 1, 5_900_000], ids=["a byte too much", "all that Lambda takes"])
def test_what_is_too_large_is_refused_unread(route: tuple[str, str], size: int, world: World) -> None:
    with failing() as calls:
        assert_problem(send(route, world, sized(route, world, size)), "content-too-large")
    assert {call["operation"] for call in calls} <= COUNTS


@pytest.mark.parametrize("route", ROUTES, ids=" ".join)
@pytest.mark.parametrize(
    "coded",
    [lambda text: text.encode("utf-16"), lambda text: text.encode("utf-32"), lambda text: gzip.compress(text.encode())],
    ids=["UTF-16", "UTF-32", "gzip"],
)
def test_what_is_not_utf_8_is_refused(route: tuple[str, str], coded: object, world: World) -> None:
    assert callable(coded)
    binary = base64.b64encode(coded(json.dumps(valid(route, world)))).decode()
    token = world.tokens["operator" if WHO[route][0] == OPERATORS else "user"]
    where = route[1].format_map(world._asdict())
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    handler, made = event(route[0], where, headers=headers, body="x")
    with failing() as calls:
        assert_problem(invoke(handler, made | {"body": binary, "isBase64Encoded": True}), "malformed-request")
    assert {call["operation"] for call in calls} <= COUNTS
