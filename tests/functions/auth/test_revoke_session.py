"""DELETE /v1/auth/sessions/{session_id}."""

import pytest

from tests.api import call
from tests.functions.conftest import Logs
from tests.functions.helpers import assert_problem, log_in, metrics, use


def test_the_next_request_of_the_session_is_401(token: str, logs: Logs) -> None:
    other = log_in()
    assert use(other["access_token"]) == 200
    response = call("DELETE", f"/v1/auth/sessions/{other['session']['id']}", token=token)
    assert (response.status, response.text) == (204, "")
    assert (use(other["access_token"]), use(token)) == (401, 200)
    refresh = call("POST", "/v1/auth/refresh", body={"refresh_token": other["refresh_token"]})
    assert_problem(refresh, "unauthorized")
    assert metrics(logs(), "SessionRevoked") == 1


def test_a_session_may_end_itself(token: str) -> None:
    assert call("DELETE", f"/v1/auth/sessions/{token.split('.')[1]}", token=token).status == 204
    assert use(token) == 401


def test_what_has_ended_is_404(token: str) -> None:
    path = f"/v1/auth/sessions/{log_in()['session']['id']}"
    assert call("DELETE", path, token=token).status == 204
    assert_problem(call("DELETE", path, token=token), "not-found")


def test_a_repetition_with_the_same_key_is_204(token: str) -> None:
    path = f"/v1/auth/sessions/{log_in()['session']['id']}"
    answers = [call("DELETE", path, token=token, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert [answer.status for answer in answers] == [204, 204]


def test_somebody_elses_session_is_404_and_goes_on(token: str, stranger: str) -> None:
    path = f"/v1/auth/sessions/{token.split('.')[1]}"
    assert_problem(call("DELETE", path, token=stranger), "not-found")
    assert use(token) == 200


@pytest.mark.parametrize(
    "session_id", ["x", "ses_", "ses_01A20538-11BF-7304-BB36-19BCF1775ED8", "usr_01a20538-11bf-7304-bb36-19bcf1775ed8"]
)
def test_what_names_no_session_is_404(session_id: str, token: str) -> None:
    assert_problem(call("DELETE", f"/v1/auth/sessions/{session_id}", token=token), "not-found")
