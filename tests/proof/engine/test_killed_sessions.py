"""What becomes of a session whose refresh was not heard of for long. Deaths at every call: tests/faults."""

from collections.abc import Callable

import pytest

from neoforge.accounts import sessions
from tests.api import Response, call
from tests.catalog.world import Session
from tests.proof.engine.dynamodb import live
from tests.proof.engine.faults import Fault, answer_lost, failing


def refresh(token: str) -> Response:
    return call("POST", "/v1/auth/refresh", body={"refresh_token": token})


def test_a_refresh_whose_answer_was_lost_for_long_ends_the_session(
    ada: Session, late: Callable[[Fault], Fault], monkeypatch: pytest.MonkeyPatch
) -> None:
    with failing("TransactWriteItems", late(answer_lost)):
        assert refresh(ada.refresh_token).status == 503
    assert live() == [ada.id]
    monkeypatch.setattr(sessions, "GRACE_SECONDS", -1)
    assert refresh(ada.refresh_token).status == 401
    assert live() == []
