"""Cursors of others, or changed: 400 invalid-cursor before anything is read of the list."""

import base64
import re
from dataclasses import replace

import pytest

from tests.api import route_of
from tests.callers import Local
from tests.catalog import ENDPOINTS
from tests.catalog.world import Request
from tests.contract.openapi import OPERATIONS, parameters
from tests.functions.helpers import assert_problem, failing
from tests.proof.security.bodies import admission

COUNTS = {"UpdateItem"}  # of the request; nothing of a list is read


CURSORS = {handler for handler in ENDPOINTS if "cursor" in parameters(OPERATIONS[route_of(handler)])}
# Each way to ask for a first page.
CASES = [
    (handler, name)
    for handler in CURSORS
    for name, case in ENDPOINTS[handler].cases.items()
    if case.status == 200 and not name.endswith(("next-page", "previous-page", "changed"))
]
SESSIONS = "/v1/auth/sessions"  # which are read with the caller's own key before a cursor is looked at


@pytest.fixture(scope="module")
def cursors(world: Local) -> dict[str, tuple[Request, str]]:
    """The lists of two owners, and a cursor to the second page of each."""
    found = {}
    for owner, caller in (("one", world), ("another", Local("another-"))):
        for handler, name in CASES:
            request = ENDPOINTS[handler].cases[name].prepare(caller)
            assert isinstance(request, Request)
            first = caller.done(request.asks(**request.query, page_size="1"))
            assert first["next_cursor"], f"tests/catalog: {handler} {name} lists fewer than two items"
            public = request.token is None and "author_id" not in request.query
            if owner == "one" or not public:  # everybody sees the same
                found[f"{owner} {handler} {name}"] = (request, first["next_cursor"])
    return found


def assert_refused(request: Request, world: Local, cursor: str, **query: str) -> None:
    with failing() as sent:
        answer = world.send(request.asks(**request.query, cursor=cursor, **query))
        assert_problem(answer, "invalid-cursor")
    assert not ({call["operation"] for call in sent} - COUNTS) or request.path == SESSIONS, (request, cursor)


def test_a_cursor_is_good_for_the_list_it_was_made_for(world: Local, cursors: dict[str, tuple[Request, str]]) -> None:
    for request, cursor in cursors.values():
        assert world.done(request.asks(**request.query, cursor=cursor))["page"] == 2
        assert world.send(request.asks(**request.query, cursor=cursor, page_size="1")).status == 200


def test_a_cursor_is_good_for_no_other_owner_collection_filter_or_page_size(
    world: Local, cursors: dict[str, tuple[Request, str]]
) -> None:
    assert len(cursors) > len(CASES)
    for name, (request, cursor) in cursors.items():
        for other, (_, foreign) in cursors.items():
            # The staff's queue is one list, whoever of them asks.
            if other != name and not (name.rpartition(" ")[2] == other.rpartition(" ")[2] and "staff" in name):
                assert_refused(request, world, foreign)
        assert_refused(request, world, cursor, page_size="2")


@pytest.fixture
def one(world: Local) -> tuple[Request, str]:
    """The second page of a list of the tests' own."""
    request = world.owner.get("/v1/notes")
    for _ in range(2):
        world.create(world.owner, "/v1/notes", {"name": "A"})
    return request, world.done(request.asks(page_size="1"))["next_cursor"]


def test_a_cursor_cut_at_any_length_is_refused(world: Local, one: tuple[Request, str]) -> None:
    request, cursor = one
    for length in range(len(cursor)):
        assert_refused(request, world, cursor[:length])


def test_a_cursor_with_any_one_bit_flipped_is_refused(world: Local, one: tuple[Request, str]) -> None:
    request, cursor = one
    raw = bytearray(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    for bit in range(len(raw) * 8):
        flipped = raw[:]
        flipped[bit // 8] ^= 1 << bit % 8
        assert_refused(request, world, base64.urlsafe_b64encode(flipped).rstrip(b"=").decode())


def test_a_cursor_in_another_spelling_is_refused(world: Local, one: tuple[Request, str]) -> None:
    request, cursor = one
    spellings = [cursor + "=", cursor + "==", cursor.upper(), cursor.lower(), f" {cursor}", f"{cursor}\n"]
    spellings += ["%" + cursor, cursor + "\x00", cursor * 100, "\u200b" + cursor, "A" * 8000, "\ud800"]
    spellings.append(base64.b64encode(base64.urlsafe_b64decode(cursor + "==")).decode() + "+/")
    for other in spellings:
        assert_refused(request, world, other)


def test_a_cursor_outlives_no_right_to_read(world: Local, one: tuple[Request, str]) -> None:
    request, cursor = one
    session = world.log_in(world.owner)
    assert world.send(session.post("/v1/auth/logout")).status == 204
    with failing() as sent:
        assert_problem(world.send(request.asks(cursor=cursor).by(session.token)), "unauthorized")
    assert {call["operation"] for call in sent} == COUNTS


IDS = ["prj_", "tkt_", "pst_", "evt_", "usr_", "ses_"]
NAMED = [handler for handler in ENDPOINTS if re.search(r"{\w+_id}$", route_of(handler)[1])]


@pytest.mark.parametrize("handler", NAMED)
def test_what_is_no_id_of_this_kind_is_404_without_a_look_at_the_database(handler: str, world: Local) -> None:
    request = ENDPOINTS[handler].example.prepare(world)
    assert isinstance(request, Request)
    folder, _, resource_id = request.path.rpartition("/")
    own, uuid = resource_id[:4], resource_id[4:]
    if own not in IDS:
        return  # a name that callers choose
    others: list[str] = [f"{prefix}{uuid}" for prefix in IDS if prefix != own]
    others += [uuid, own, own + uuid.upper(), own + uuid + "\n", own + "~", own + "x" * 36, own + uuid * 200]
    others += [own + uuid + "#X", own + uuid[:-1] + "\u0660", "..", "\x00", "~TOTAL", "ACCESS", "ACCOUNT"]
    for other in others:
        with failing() as sent:
            assert_problem(world.send(replace(request, path=f"{folder}/{other}")), "not-found")
        assert {call["operation"] for call in sent} <= admission(handler), other
