"""Bodies that are too large or no text at all, on every route that takes one: refused, and nothing is written."""

import base64
import gzip
import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from neoforge.limits import MAX_BODY_BYTES
from tests.api import event, invoke
from tests.callers import Local
from tests.catalog.world import Request
from tests.functions.helpers import assert_problem, failing
from tests.proof.security.bodies import HANDLERS, admission, prepared, valid


def sized(handler: str, request: Request, size: int) -> Request:
    text = json.dumps(valid(handler, request))
    return replace(request, body=text + " " * (size - len(text)))


@pytest.mark.parametrize("handler", HANDLERS)
@pytest.mark.parametrize("size", [MAX_BODY_BYTES + 1, 5_900_000], ids=["a byte too much", "all that Lambda takes"])
def test_a_body_that_is_too_large_is_refused_unread(handler: str, size: int, world: Local) -> None:
    request = prepared(handler, world)
    with failing() as calls:
        assert_problem(world.send(sized(handler, request, size)), "content-too-large")
    assert {call["operation"] for call in calls} <= admission(handler)


@pytest.mark.parametrize("handler", HANDLERS)
@pytest.mark.parametrize(
    "coded",
    [lambda text: text.encode("utf-16"), lambda text: text.encode("utf-32"), lambda text: gzip.compress(text.encode())],
    ids=["UTF-16", "UTF-32", "gzip"],
)
def test_a_body_that_is_not_utf_8_is_refused(handler: str, coded: Callable[[str], bytes], world: Local) -> None:
    request = prepared(handler, world)
    binary = base64.b64encode(coded(json.dumps(valid(handler, request)))).decode()
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    authorization = {"Authorization": f"Bearer {request.token}"} if request.token else {}
    name, made = event(request.method, request.path, headers=headers | authorization, body="x")
    with failing() as calls:
        assert_problem(invoke(name, made | {"body": binary, "isBase64Encoded": True}), "malformed-request")
    assert {call["operation"] for call in calls} <= admission(handler)
