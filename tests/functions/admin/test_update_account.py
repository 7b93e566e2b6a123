"""PATCH /v1/admin/accounts/{user_id}: an account is suspended at once, and comes back as it was."""

import json
from typing import Any

import pytest

from neoforge.signing import pseudonym
from scripts.build.template import Json
from tests.api import PASSWORD, Response, call
from tests.functions.conftest import Logs, with_role
from tests.functions.helpers import assert_problem, metrics, use

ADA = {"email": "ada@example.com", "password": PASSWORD}
SUSPENDED, ACTIVE = {"state": "suspended"}, {"state": "active"}


def patch(path: str, token: str, body: Any, **headers: str) -> Response:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return call("PATCH", path, token=token, body=body, headers=sent)


def refresh(tokens: Json) -> Response:
    return call("POST", "/v1/auth/refresh", body={"refresh_token": tokens["refresh_token"]})


def test_the_next_request_of_every_session_is_refused(admin: str, token: str, tokens: Json, path: str) -> None:
    answer = patch(path, admin, SUSPENDED)
    assert (answer.status, answer.json()["state"], answer.json()["version"]) == (200, "suspended", 2)
    assert answer.headers["ETag"] == '"v2"'
    for one in (token, tokens["access_token"]):
        assert_problem(call("GET", "/v1/account", token=one), "unauthorized")
        assert_problem(call("POST", "/v1/notes", body={"name": "A"}, token=one), "unauthorized")
    assert_problem(refresh(tokens), "unauthorized")


def test_a_login_is_answered_as_with_a_wrong_password(admin: str, path: str) -> None:
    patch(path, admin, SUSPENDED)
    right = assert_problem(call("POST", "/v1/auth/login", body=ADA), "unauthorized")
    wrong = assert_problem(call("POST", "/v1/auth/login", body=ADA | {"password": "wrong"}), "unauthorized")
    assert right["detail"] == wrong["detail"]


def test_an_account_that_is_active_again_goes_on_with_its_sessions(admin: str, tokens: Json, path: str) -> None:
    patch(path, admin, SUSPENDED)
    answer = patch(path, admin, ACTIVE)
    assert (answer.status, answer.json()["state"], answer.json()["version"]) == (200, "active", 3)
    assert use(tokens["access_token"]) == 200
    assert refresh(tokens).status == 200
    assert call("POST", "/v1/auth/login", body=ADA).status == 200


@pytest.mark.parametrize("body", [{}, ACTIVE])
def test_what_changes_nothing_makes_no_version(body: Json, admin: str, path: str) -> None:
    answer = patch(path, admin, body)
    assert (answer.status, answer.json()["version"]) == (200, 1)


@pytest.mark.parametrize(
    "body", [{"state": None}, {"state": "closed"}, {"state": 1}, {"roles": ["admin"]}, {"email": "x@example.com"}, []]
)
def test_nothing_else_can_be_set(body: Any, admin: str, path: str, token: str) -> None:
    assert_problem(patch(path, admin, body), "validation-failed")
    assert use(token) == 200


def test_a_stale_version_is_412_and_changes_nothing(admin: str, path: str, token: str) -> None:
    assert_problem(patch(path, admin, SUSPENDED, If_Match='"v2"'), "precondition-failed")
    assert use(token) == 200
    assert patch(path, admin, SUSPENDED, If_Match='"v1"').status == 200
    assert_problem(patch(path, admin, ACTIVE, If_Match='"v1"'), "precondition-failed")
    assert use(token) == 401


def test_a_retry_gets_the_first_answer(admin: str, path: str) -> None:
    first = patch(path, admin, SUSPENDED, Idempotency_Key="k")
    patch(path, admin, ACTIVE)
    again = patch(path, admin, SUSPENDED, Idempotency_Key="k")
    assert (again.status, again.text, again.headers["Idempotent-Replayed"]) == (200, first.text, "true")
    assert call("GET", path, token=admin).json()["state"] == "active"


def test_an_admin_cannot_suspend_themself(admin: str) -> None:
    own = f"/v1/admin/accounts/{admin.partition('.')[0]}"
    assert_problem(patch(own, admin, SUSPENDED), "forbidden")
    assert patch(own, admin, ACTIVE).status == 200
    assert use(admin) == 200


def test_another_admin_can_be_suspended_and_is_one_again_later(admin: str) -> None:
    other = with_role("support").partition(".")[0]
    path = f"/v1/admin/accounts/{other}"
    assert patch(path, admin, SUSPENDED).status == 200
    assert patch(path, admin, ACTIVE).json()["roles"] == ["user", "support"]


def test_the_owners_own_changes_leave_the_state(admin: str, token: str, path: str) -> None:
    call("PATCH", "/v1/account", token=token, body={"display_name": "Countess"})
    patch(path, admin, SUSPENDED)
    assert patch(path, admin, {}).json() | {"updated_at": ""} == {
        **call("GET", path, token=admin).json(),
        "display_name": "Countess",
        "state": "suspended",
        "version": 3,
        "updated_at": "",
    }


@pytest.mark.parametrize("user_id", ["usr_01a20538-11bf-7304-bb36-19bcf1775ed8", "x"])
def test_an_unknown_account_is_404(user_id: str, admin: str) -> None:
    assert_problem(patch(f"/v1/admin/accounts/{user_id}", admin, SUSPENDED), "not-found")


def test_it_is_logged_who_has_suspended_whom_by_pseudonyms(admin: str, path: str, logs: Logs) -> None:
    patch(path, admin, SUSPENDED)
    patch(path, admin, {})
    patch(path, admin, ACTIVE)
    text = logs()
    assert metrics(text, "AccountStateChanged") == 2
    events = [json.loads(line) for line in text.splitlines() if '"event"' in line]
    assert [(one["event"], one["state"]) for one in events] == [
        ("AccountStateChanged", "suspended"),
        ("AccountStateChanged", "active"),
    ]
    whose, who = (pseudonym(one) for one in (path.rpartition("/")[2], admin.partition(".")[0]))
    assert {(one["account"], one["target"]) for one in events} == {(who, whose)}
    assert path.rpartition("/")[2] not in text
