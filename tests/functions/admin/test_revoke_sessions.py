"""POST /v1/admin/accounts/{user_id}/revoke-sessions: all sessions of an account end at once."""

import json

import pytest

from neoforge.signing import pseudonym
from scripts.build.template import Json
from tests.api import call
from tests.functions.conftest import Logs
from tests.functions.helpers import assert_problem, log_in, metrics, use


def test_every_session_ends_at_once_and_they_are_counted(admin: str, token: str, tokens: Json, path: str) -> None:
    answer = call("POST", f"{path}/revoke-sessions", token=admin)
    assert (answer.status, answer.json()) == (200, {"revoked": 2})
    assert (use(token), use(tokens["access_token"])) == (401, 401)
    body = {"refresh_token": tokens["refresh_token"]}
    assert_problem(call("POST", "/v1/auth/refresh", body=body), "unauthorized")
    assert use(log_in()["access_token"]) == 200
    assert use(admin) == 200


def test_without_sessions_none_ends(admin: str, path: str) -> None:
    answers = [call("POST", f"{path}/revoke-sessions", token=admin).json() for _ in range(2)]
    assert answers == [{"revoked": 1}, {"revoked": 0}]


def test_the_sessions_of_a_suspended_account_end_and_do_not_come_back(admin: str, tokens: Json, path: str) -> None:
    call("PATCH", path, token=admin, body={"state": "suspended"})
    assert call("POST", f"{path}/revoke-sessions", token=admin).json() == {"revoked": 2}
    call("PATCH", path, token=admin, body={"state": "active"})
    assert use(tokens["access_token"]) == 401


def test_an_admins_own_sessions_end_as_well(admin: str) -> None:
    own = f"/v1/admin/accounts/{admin.partition('.')[0]}"
    assert call("POST", f"{own}/revoke-sessions", token=admin).json() == {"revoked": 1}
    assert use(admin) == 401


def test_a_retry_gets_the_first_answer(admin: str, path: str) -> None:
    key = {"Idempotency-Key": "k"}
    call("POST", f"{path}/revoke-sessions", token=admin, headers=key)
    newer = log_in()["access_token"]
    again = call("POST", f"{path}/revoke-sessions", token=admin, headers=key)
    assert (again.json(), again.headers["Idempotent-Replayed"]) == ({"revoked": 1}, "true")
    assert use(newer) == 200


@pytest.mark.parametrize("user_id", ["usr_01a20538-11bf-7304-bb36-19bcf1775ed8", "x"])
def test_an_unknown_account_is_404(user_id: str, admin: str) -> None:
    assert_problem(call("POST", f"/v1/admin/accounts/{user_id}/revoke-sessions", token=admin), "not-found")


def test_it_is_logged_who_has_ended_whose_sessions_by_pseudonyms(admin: str, path: str, logs: Logs) -> None:
    call("POST", f"{path}/revoke-sessions", token=admin)
    text = logs()
    assert metrics(text, "SessionRevoked") == 1
    (event,) = [json.loads(line) for line in text.splitlines() if '"event"' in line]
    whose, who = (pseudonym(one) for one in (path.rpartition("/")[2], admin.partition(".")[0]))
    assert (event["event"], event["account"], event["target"]) == ("SessionRevoked", who, whose)
    assert path.rpartition("/")[2] not in text
