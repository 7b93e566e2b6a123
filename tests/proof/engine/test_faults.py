"""The database is busy, unreachable or loses answers: what our code does then. That every write holds: tests/faults."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from botocore import endpoint

from neoforge import clock
from neoforge.dynamodb.expressions import TRIES
from tests.api import PASSWORD, call
from tests.callers import EMAIL, begin_session
from tests.catalog.world import Session
from tests.proof.engine.dynamodb import PERSON, census, live
from tests.proof.engine.faults import SDK_TRIES, Fault, answer_lost, cancelled, failing, refused, unreachable
from tests.proof.engine.scenarios import CREATED, create_note, same

CONFLICT = cancelled("TransactionConflict", "None", "None")
Late = Callable[[Fault], Fault]
BUSY = {
    "conflict": CONFLICT,
    "conflict on another item": cancelled("None", "None", "TransactionConflict"),
    "throttled in a transaction": cancelled("None", "ThrottlingError", "None"),
    "over its capacity in a transaction": cancelled("ProvisionedThroughputExceeded", "None", "TransactionConflict"),
    "throttled": refused("ThrottlingException"),
    "over its capacity": refused("ProvisionedThroughputExceededException"),
    "over the account's limit": refused("RequestLimitExceeded"),
    "still at it": refused("TransactionInProgressException"),
    "broken": refused("InternalServerError", 500),
    "away": refused("ServiceUnavailable", 503),
    "unreachable": unreachable,
    "answer lost": answer_lost,
}


@pytest.fixture(autouse=True)
def _impatient_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK's own retries do not wait; ours do."""
    monkeypatch.setattr(endpoint, "time", SimpleNamespace(sleep=lambda _: None, time=clock.now))


@pytest.mark.parametrize("fault", BUSY.values(), ids=BUSY)
@pytest.mark.parametrize("times", [1, SDK_TRIES + 1])
def test_a_commit_is_tried_until_it_is_done_once(fault: Fault, times: int) -> None:
    request = create_note()
    with failing("TransactWriteItems", fault, times) as plan:
        answer = call(**request)
    assert answer.status == 201
    assert plan.sent.count("TransactWriteItems") == times + 1
    assert same(call(**request)) == same(answer)
    assert census() == CREATED


@pytest.mark.parametrize("fault", [answer_lost, unreachable, refused("ThrottlingException")])
def test_a_lock_whose_answer_was_lost_is_known_to_be_ours(ada: Session, fault: Fault) -> None:
    with failing("PutItem", fault, 1) as plan:
        answer = call("POST", "/v1/notes", body={"name": "a"}, token=ada.token, headers={"Idempotency-Key": "k"})
    assert (answer.status, plan.sent.count("PutItem")) == (201, 2)
    assert census() == CREATED


def test_a_lock_of_which_nothing_is_heard_is_503_and_the_retry_is_done_once(monkeypatch: pytest.MonkeyPatch) -> None:
    request = create_note()
    with failing("PutItem", answer_lost):
        assert call(**request).status == 503
    assert call(**request).status in {201, 409}
    lock_expires(monkeypatch)
    assert call(**request).status == 201
    assert census() == CREATED


def test_a_lock_that_cannot_be_taken_is_503_and_nothing_is_written() -> None:
    request = create_note()
    with failing("PutItem", unreachable):
        assert_unavailable(call(**request))
    assert census() == sorted(PERSON)
    assert call(**request).status == 201


@pytest.mark.parametrize("fault", [CONFLICT, refused("InternalServerError", 500)])
def test_a_commit_that_is_always_refused_is_503_and_the_retry_need_not_wait(fault: Fault, late: Late) -> None:
    request = create_note()
    before = census()
    with failing("TransactWriteItems", late(fault)):
        assert_unavailable(call(**request))
    assert [line for line in census() if not line.startswith("IDEMPOTENCY")] == before
    assert call(**request).status == 201
    assert census() == CREATED


@pytest.mark.parametrize("operation", ["TransactWriteItems", "PutItem", "UpdateItem"])
def test_a_refusal_for_ever_is_our_fault_and_tells_nothing(operation: str) -> None:
    request = create_note()
    with failing(operation, refused("AccessDeniedException")):
        answer = call(**request)
    assert (answer.status, answer.json()["type"].rsplit("/", 1)[1]) == (500, "internal-error")
    assert "AccessDenied" not in answer.text
    assert call(**request).status == 201
    assert census() == CREATED


def test_a_read_that_never_succeeds_is_503(ada: Session) -> None:
    with failing("Query", unreachable) as plan:
        assert_unavailable(call("GET", "/v1/notes", token=ada.token))
    assert plan.sent.count("Query") == SDK_TRIES


def test_while_requests_cannot_be_counted_reads_go_on_and_nothing_else(ada: Session) -> None:
    ended = begin_session(ada)
    assert call("POST", "/v1/auth/logout", token=ended.token).status == 204
    with failing("UpdateItem", unreachable):
        assert call("GET", "/v1/notes", token=ada.token).status == 200
        assert call("GET", "/v1/notes", token=ended.token).status == 401
        assert_unavailable(call("POST", "/v1/notes", token=ada.token, body={"name": "a"}))
        assert_unavailable(call("POST", "/v1/auth/login", body={"email": EMAIL, "password": PASSWORD}))
        assert_unavailable(call("POST", "/v1/auth/refresh", body={"refresh_token": ada.refresh_token}))
    assert live() == [ada.id]


def test_a_request_is_let_in_though_its_item_is_in_a_transaction_for_a_moment(ada: Session) -> None:
    with failing("UpdateItem", refused("TransactionConflictException"), TRIES - 1) as plan:
        assert call("POST", "/v1/notes", token=ada.token, body={"name": "a"}).status == 201
    assert plan.sent == ["UpdateItem"] * TRIES + ["TransactWriteItems"]


def lock_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    """Move the clock to when no function that runs now can still live."""
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + 11)


def assert_unavailable(answer: Any) -> None:
    """The answer is a service-unavailable problem that says when to come back."""
    assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
    assert answer.json()["type"].endswith("/service-unavailable")
