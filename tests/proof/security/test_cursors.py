"""Cursors of others, or changed: 400 invalid-cursor before anything is read of the list."""

import base64
from typing import NamedTuple

import pytest

from tests.api import Response, call, register_and_login
from tests.functions.helpers import assert_problem, failing
from tests.functions.world import World

COUNTS = {"UpdateItem"}  # of the request; nothing of a list is read


class List(NamedTuple):
    """A list, whose it is, and its filters."""

    path: str
    caller: str | None = None
    query: tuple[tuple[str, str], ...] = ()


AUTHOR, STATUS, SERVICE = (("author_id", "USER"),), (("status", "open"),), (("service_id", "api"),)
LISTS = [
    List("/v1/projects", "user"),
    List("/v1/projects", "other user"),
    List("/v1/auth/sessions", "user"),
    List("/v1/support/tickets", "user"),
    List("/v1/support/tickets", "other user"),
    List("/v1/support/tickets", "user", STATUS),
    List("/v1/support/tickets", "support"),
    List("/v1/support/tickets", "support", STATUS),
    List("/v1/community/posts"),
    List("/v1/community/posts", None, AUTHOR),
    List("/v1/status/events"),
    List("/v1/status/events", None, SERVICE),
]


def ask(one: List, world: World, **query: str) -> Response:
    own = {name: value.replace("USER", (world.tokens["user"] or "").split(".")[0]) for name, value in one.query}
    return call("GET", one.path, token=one.caller and world.tokens[one.caller], query=own | query)


@pytest.fixture(scope="module")
def cursors(world: World) -> dict[List, str]:
    """A cursor to the second page of every list."""
    for caller in ("user", "other user"):
        token = world.tokens[caller]
        for _ in range(2):
            call("POST", "/v1/projects", body={"name": "A"}, token=token)
            call("POST", "/v1/support/tickets", body={"subject": "A", "message": "B"}, token=token)
            call("POST", "/v1/community/posts", body={"title": "A", "content": "B"}, token=token)
            body = {"service_id": "api", "status": "operational"}
            call("POST", "/v1/status/events", body=body, token=world.tokens["operator"])
    found = {one: ask(one, world, page_size="1").json()["next_cursor"] for one in LISTS}
    assert all(found.values())
    return found


def assert_refused(one: List, world: World, cursor: str, **query: str) -> None:
    with failing() as sent:
        assert_problem(ask(one, world, cursor=cursor, **query), "invalid-cursor")
    read = {call["operation"] for call in sent} - COUNTS
    assert not read or one.path == "/v1/auth/sessions", (one, cursor)  # they are read with the caller's own key


@pytest.mark.parametrize("one", LISTS, ids=str)
def test_a_cursor_is_good_for_the_list_it_was_made_for(one: List, world: World, cursors: dict[List, str]) -> None:
    assert ask(one, world, cursor=cursors[one]).json()["page"] == 2
    assert ask(one, world, cursor=cursors[one], page_size="1").status == 200


@pytest.mark.parametrize("one", LISTS, ids=str)
def test_and_for_no_other_owner_collection_filter_or_page_size(
    one: List, world: World, cursors: dict[List, str]
) -> None:
    for other in LISTS:
        if other != one:
            assert_refused(one, world, cursors[other])
    assert_refused(one, world, cursors[one], page_size="2")


def test_a_cursor_cut_at_any_length_is_refused(world: World, cursors: dict[List, str]) -> None:
    one = LISTS[8]
    for length in range(len(cursors[one])):
        assert_refused(one, world, cursors[one][:length])


def test_a_cursor_with_any_one_bit_flipped_is_refused(world: World, cursors: dict[List, str]) -> None:
    one = LISTS[8]
    cursor = cursors[one]
    raw = bytearray(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    for bit in range(len(raw) * 8):
        flipped = raw[:]
        flipped[bit // 8] ^= 1 << bit % 8
        assert_refused(one, world, base64.urlsafe_b64encode(flipped).rstrip(b"=").decode())


def test_a_cursor_in_another_spelling_is_refused(world: World, cursors: dict[List, str]) -> None:
    for one in (LISTS[0], LISTS[8]):
        cursor = cursors[one]
        spellings = [cursor + "=", cursor + "==", cursor.upper(), cursor.lower(), f" {cursor}", f"{cursor}\n"]
        spellings += ["%" + cursor, cursor + "\x00", cursor * 100, "\u200b" + cursor, "A" * 8000, "\ud800"]
        spellings.append(base64.b64encode(base64.urlsafe_b64decode(cursor + "==")).decode() + "+/")
        for other in spellings:
            assert_refused(one, world, other)


def test_a_cursor_outlives_no_right_to_read(world: World) -> None:
    token = register_and_login("leaves@example.com")
    for _ in range(2):
        call("POST", "/v1/projects", body={"name": "A"}, token=token)
    cursor = call("GET", "/v1/projects", token=token, query={"page_size": "1"}).json()["next_cursor"]
    assert call("POST", "/v1/auth/logout", token=token).status == 204
    with failing() as sent:
        assert_problem(call("GET", "/v1/projects", token=token, query={"cursor": cursor}), "unauthorized")
    assert {call["operation"] for call in sent} == COUNTS


IDS = ["prj_", "tkt_", "pst_", "evt_", "usr_", "ses_"]


@pytest.mark.parametrize(
    "path",
    ["/v1/projects/{}", "/v1/support/tickets/{}", "/v1/community/posts/{}", "/v1/auth/sessions/{}"],
)
def test_what_is_no_id_of_this_kind_is_404_without_a_look_at_the_database(path: str, world: World) -> None:
    uuid = world.project_id.removeprefix("prj_")
    method, own = ("DELETE", "ses_") if "sessions" in path else ("GET", "")
    own = own or {"projects": "prj_", "support": "tkt_", "community": "pst_"}[path.split("/")[2]]
    others: list[str] = [f"{prefix}{uuid}" for prefix in IDS if prefix != own]
    others += [uuid, own, own + uuid.upper(), own + uuid + "\n", own + "~", own + "x" * 36, own + uuid * 200]
    others += [own + uuid + "#X", own + uuid[:-1] + "\u0660", "..", "\x00", "PROJECTS", "ACCESS", "ACCOUNT"]
    token = world.tokens["user"]
    for one in others:
        with failing() as sent:
            assert_problem(call(method, path.format(one), token=token), "not-found")
        assert {call["operation"] for call in sent} <= COUNTS, one
