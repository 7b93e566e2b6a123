"""POST /v1/auth/logout."""

import pytest

from tests.api import call
from tests.functions.conftest import Logs
from tests.functions.helpers import assert_problem, failing, log_in, metrics, use


def test_the_session_ends_at_once_and_no_other(token: str, stranger: str, logs: Logs) -> None:
    other = log_in()["access_token"]
    response = call("POST", "/v1/auth/logout", token=token)
    assert (response.status, response.text) == (204, "")
    assert [use(one) for one in (token, other, stranger)] == [401, 200, 200]
    assert metrics(logs(), "SessionRevoked") == 1


def test_a_session_that_was_logged_out_is_not_listed(token: str) -> None:
    other = log_in()
    call("POST", "/v1/auth/logout", token=token)
    (listed,) = call("GET", "/v1/auth/sessions", token=other["access_token"]).json()["items"]
    assert listed["id"] == other["session"]["id"]


def test_an_ended_session_cannot_be_ended_again(token: str) -> None:
    call("POST", "/v1/auth/logout", token=token)
    assert_problem(call("POST", "/v1/auth/logout", token=token), "unauthorized")


@pytest.mark.parametrize("key", ["", "a b"])
def test_a_key_is_looked_at(key: str, token: str) -> None:
    response = call("POST", "/v1/auth/logout", token=token, headers={"Idempotency-Key": key})
    assert_problem(response, "invalid-idempotency-key")
    assert use(token) == 200


def test_a_logout_is_one_transaction(token: str) -> None:
    with failing() as sent:
        call("POST", "/v1/auth/logout", token=token)
    assert [one["operation"] for one in sent[:2]] == ["GetItem", "UpdateItem"]  # counted by session
    (transaction,) = [one for one in sent if "TransactItems" in one]
    assert sorted(part for item in transaction["TransactItems"] for part in item) == ["Delete", "Update"]
    assert transaction is sent[-1]
