"""GET /v1/auth/sessions."""

from typing import Any

import pytest

from neoforge.accounts.model import SESSION_IDLE_SECONDS
from tests.api import Response, call
from tests.functions.conftest import Wait
from tests.functions.helpers import assert_problem, log_in

SHOWN = {"id", "created_at", "last_seen_at", "expires_at", "user_agent", "ip_address", "current"}


def page(token: str, **query: str) -> Response:
    return call("GET", "/v1/auth/sessions", token=token, query=query)


def items(token: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page(token).json()["items"]
    return found


def test_the_callers_sessions_are_listed_newest_first(token: str, stranger: str) -> None:
    second = log_in(headers={"User-Agent": "Phone"}, source_ip="198.51.100.7")
    listed = items(token)
    assert [one.keys() for one in listed] == [SHOWN, SHOWN]
    assert [one["current"] for one in listed] == [False, True]
    assert listed[0]["id"] == second["session"]["id"]
    assert listed[1]["id"] == token.split(".")[1]
    assert (listed[0]["user_agent"], listed[0]["ip_address"]) == ("Phone", "198.51.100.7")
    assert {name: listed[0][name] for name in second["session"]} == second["session"]
    assert [one["current"] for one in items(second["access_token"])] == [True, False]


def test_the_address_is_the_one_that_api_gateway_saw(token: str) -> None:
    log_in(headers={"X-Forwarded-For": "203.0.113.9"})
    assert {one["ip_address"] for one in items(token)} == {"192.0.2.1"}


def test_a_device_that_names_itself_at_length_is_cut(token: str) -> None:
    log_in(headers={"User-Agent": "x" * 5000})
    assert items(token)[0]["user_agent"] == "x" * 256


def test_a_refresh_is_when_it_was_last_seen(token: str, wait: Wait) -> None:
    tokens = log_in()
    before = items(token)[0]
    wait(60)
    assert call("POST", "/v1/auth/refresh", body={"refresh_token": tokens["refresh_token"]}).status == 200
    after = items(token)[0]
    assert before["last_seen_at"] < after["last_seen_at"]
    assert after | {"last_seen_at": ""} == before | {"last_seen_at": ""}


def test_what_has_ended_is_not_listed_whether_or_not_ttl_deleted_it(token: str, wait: Wait) -> None:
    wait(SESSION_IDLE_SECONDS + 1)
    tokens = log_in()
    assert [one["id"] for one in items(tokens["access_token"])] == [tokens["session"]["id"]]


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_a_walk_forwards_and_back_meets_each_session_once(size: int, token: str) -> None:
    made = [token.split(".")[1], *(log_in()["session"]["id"] for _ in range(4))][::-1]
    body, seen, back = page(token, page_size=str(size)).json(), list[str](), list[str]()
    while True:
        assert (body["total"], body["page_size"], body["pages"]) == (5, size, -(-5 // size))
        seen += [one["id"] for one in body["items"]]
        if body["next_cursor"] is None:
            break
        body = page(token, cursor=body["next_cursor"]).json()
    while True:
        back = [one["id"] for one in body["items"]] + back
        if body["previous_cursor"] is None:
            break
        body = page(token, cursor=body["previous_cursor"]).json()
    assert seen == back == made


def test_a_list_that_did_not_change_is_304_and_one_that_did_is_not(token: str) -> None:
    tag = page(token).headers["ETag"]
    condition = {"If-None-Match": tag}
    short = call("GET", "/v1/auth/sessions", token=token, headers=condition)
    assert (short.status, short.text, short.headers["ETag"]) == (304, "", tag)
    log_in()
    assert call("GET", "/v1/auth/sessions", token=token, headers=condition).status == 200


def test_another_session_of_the_caller_has_another_tag(token: str) -> None:
    assert page(token).headers["ETag"] != page(log_in()["access_token"]).headers["ETag"]


def test_a_cursor_of_somebody_else_or_of_another_list_is_400(token: str, stranger: str, path: str) -> None:
    log_in()
    call("POST", "/v1/notes", body={"name": "B"}, token=token)
    cursor = page(token, page_size="1").json()["next_cursor"]
    of_notes = call("GET", "/v1/notes", query={"page_size": "1"}, token=token).json()["next_cursor"]
    assert_problem(page(stranger, cursor=cursor), "invalid-cursor")
    assert_problem(page(token, cursor=of_notes), "invalid-cursor")


def test_the_list_is_private(token: str) -> None:
    assert page(token).headers["Cache-Control"] == "private, no-cache"
