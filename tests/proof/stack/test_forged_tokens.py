"""Forged tokens against the deployed stack: what they cost, and whom."""

import secrets
import string

import pytest

from scripts.api import Api
from tests.api import Account, new_account
from tests.proof.stack.callers import Session, log_in
from tests.proof.stack.conftest import StackUnderTest
from tests.proof.stack.recorder import recorded

ALPHABET = string.ascii_letters + string.digits + "-_"
FORGED = 10


@pytest.fixture
def victim(http: Api) -> Account:
    return new_account(http)


@pytest.fixture
def session(http: Api, victim: Account) -> Session:
    return log_in(http, victim.email)


def forged(token: str) -> list[str]:
    """Return tokens of the same form, of the same account and session: the ids of both may be known."""
    ids, _, secret = token.rpartition(".")
    return [f"{ids}.{''.join(secrets.choice(ALPHABET) for _ in secret)}" for _ in range(FORGED)]


@pytest.mark.parametrize(
    ("handler", "method", "path"),
    [
        ("account.get.handler", "GET", "/v1/account"),
        ("account.update.handler", "PATCH", "/v1/account"),
        ("support.create.handler", "POST", "/v1/support/tickets"),
    ],
)
def test_ten_forged_access_tokens_make_no_call_to_the_database(
    stack: StackUnderTest, session: Session, handler: str, method: str, path: str
) -> None:
    with recorded(stack.clients, handler) as calls:
        answers = [session.api.request(method, path, token=token, body={}) for token in forged(session.token)]
        assert {answer.status for answer in answers} == {401}
        assert calls == []
        assert session.ask(method, path, {}).status in {200, 422}
        assert calls  # so they would have been seen


def test_ten_forged_refresh_tokens_reach_nothing_of_their_victim(
    stack: StackUnderTest, http: Api, victim: Account, session: Session
) -> None:
    with recorded(stack.clients, "auth.refresh.handler") as calls:
        for token in forged(session.refresh_token):
            assert http.request("POST", "/v1/auth/refresh", body={"refresh_token": token}).status == 401
        assert [call.operation for call in calls] == ["UpdateItem"] * FORGED
        assert {call.partition.rpartition("#")[0] for call in calls} == {"RATE#auth"}  # of their own source
        assert session.refresh().status == 200
        assert f"USER#{victim.id}" in {call.partition for call in calls}
