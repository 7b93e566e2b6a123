"""PATCH /v1/account."""

from typing import Any

import pytest

from tests.api import Response, call
from tests.functions.helpers import assert_problem


def patch(token: str, body: Any, **headers: str) -> Response:
    return call("PATCH", "/v1/account", body=body, token=token, headers=headers)


def account(token: str) -> Any:
    return call("GET", "/v1/account", token=token).json()


@pytest.mark.parametrize("content_type", ["application/json", "application/merge-patch+json"])
def test_the_display_name_changes_and_nothing_else(content_type: str, token: str) -> None:
    before = account(token)
    response = patch(token, {"display_name": "Countess"}, **{"Content-Type": content_type})
    after = response.json()
    assert (response.status, after) == (200, account(token))
    assert (after["display_name"], after["version"], response.headers["ETag"]) == ("Countess", 2, '"v2"')
    assert after["updated_at"] >= before["updated_at"]
    changed = {"display_name", "version", "updated_at"}
    assert {k: v for k, v in after.items() if k not in changed} == {k: v for k, v in before.items() if k not in changed}


@pytest.mark.parametrize("body", [{}, {"display_name": "Ada"}])
def test_what_changes_nothing_makes_no_new_version(body: Any, token: str) -> None:
    before = account(token)
    response = patch(token, body)
    assert (response.status, response.json(), response.headers["ETag"]) == (200, before, '"v1"')


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("display_name", ""),
        ("display_name", " "),
        ("display_name", "x" * 81),
        ("display_name", None),
        ("display_name", 1),
        ("email", "eve@example.com"),
        ("roles", ["admin"]),
        ("role", "admin"),
        ("state", "active"),
        ("id", "usr_01a20538-11bf-7304-bb36-19bcf1775ed8"),
        ("version", 7),
        ("password", "rainbow umbrella on the moon"),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_nothing_else_can_be_set(member: str, value: Any, token: str) -> None:
    before = account(token)
    errors = assert_problem(patch(token, {member: value}), "validation-failed")["errors"]
    assert [error["pointer"] for error in errors] == [f"#/{member}"]
    assert account(token) == before


def test_a_stale_if_match_is_412(token: str) -> None:
    assert patch(token, {"display_name": "B"}, **{"If-Match": '"v1"'}).status == 200
    assert_problem(patch(token, {"display_name": "C"}, **{"If-Match": '"v1"'}), "precondition-failed")
    assert account(token)["display_name"] == "B"


def test_a_repetition_with_the_same_key_is_the_first_answer(token: str) -> None:
    first = patch(token, {"display_name": "B"}, **{"Idempotency-Key": "k"})
    patch(token, {"display_name": "C"})
    again = patch(token, {"display_name": "B"}, **{"Idempotency-Key": "k"})
    assert (again.text, again.headers["Idempotent-Replayed"]) == (first.text, "true")
    assert account(token)["display_name"] == "C"


def test_nobody_elses_account_changes(token: str, stranger: str) -> None:
    patch(token, {"display_name": "B"})
    assert account(stranger)["version"] == 1
