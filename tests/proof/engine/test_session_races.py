"""Sessions and quotas under requests at the same moment, each in a process of its own as on Lambda."""

import re
from typing import Any

import pytest

from neoforge.accounts.model import LIVE_SESSIONS
from tests.api import PASSWORD, Response, call
from tests.callers import EMAIL, begin_session
from tests.catalog.world import Session
from tests.proof.engine.dynamodb import census, live
from tests.proof.engine.workers import Answer, Fleet, invocation

MANY = 20
QUOTA = 100


def refresh(token: str) -> Response:
    return call("POST", "/v1/auth/refresh", body={"refresh_token": token})


def tokens(answer: Response) -> tuple[str, str]:
    return answer.json()["access_token"], answer.json()["refresh_token"]


def test_many_refreshes_with_one_token_have_one_successor(ada: Session, fleet: Fleet) -> None:
    post = invocation("POST", "/v1/auth/refresh", body={"refresh_token": ada.refresh_token})
    answers = fleet.answers(*[post] * MANY)
    assert {answer.status for answer in answers} <= {200, 503}
    assert all(answer.headers["Retry-After"] for answer in answers if answer.status == 503)
    final = [answer if answer.status == 200 else refresh(ada.refresh_token) for answer in answers]
    ((access_token, refresh_token),) = {tokens(answer) for answer in final}
    assert live() == [ada.id]  # one family
    assert census() == sorted(["ACCESS version=3", "ACCOUNT version=1", "CREDENTIAL version=1", "SESSION version=2"])
    assert call("GET", "/v1/notes", token=ada.token).status == 401
    assert call("GET", "/v1/notes", token=access_token).status == 200
    assert refresh(refresh_token).status == 200


def test_of_a_thief_and_the_owner_at_once_nobody_keeps_the_session(ada: Session, fleet: Fleet) -> None:
    newer = tokens(refresh(ada.refresh_token))[1]
    newest = tokens(refresh(newer))[1]
    stolen, owned = (
        invocation("POST", "/v1/auth/refresh", body={"refresh_token": token}) for token in (ada.refresh_token, newest)
    )
    answers = fleet.answers(*[stolen, owned] * (MANY // 2))
    assert {answer.status for answer in answers[::2]} == {401}
    assert live() == []
    for answer in answers[1::2]:
        if answer.status == 200:
            assert call("GET", "/v1/notes", token=tokens(answer)[0]).status == 401


def test_what_starts_after_a_revocation_was_answered_is_refused(ada: Session, fleet: Fleet) -> None:
    other = begin_session(ada)
    reads = [invocation("GET", "/v1/notes", token=other.token, times=MANY)] * MANY
    path = f"/v1/auth/sessions/{other.id}"
    *callers, (revoked,) = fleet.series(*reads, invocation("DELETE", path, token=ada.token))
    assert revoked.status == 204
    answers = [answer for caller in callers for answer in caller]
    assert {answer.status for answer in answers} == {200, 401}  # so both kinds were seen
    assert {answer.status for answer in answers if answer.started > revoked.ended} == {401}
    assert {answer.status for answer in answers if answer.ended < revoked.started} <= {200}
    for caller in callers:
        statuses = [answer.status for answer in caller]
        assert statuses == sorted(statuses)  # and never let in again
    assert live() == [ada.id]


@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_a_quota_lets_exactly_so_many_in_whoever_asks(ada: Session, fleet: Fleet, method: str) -> None:
    ask: dict[str, Any] = {
        "method": method,
        "path": "/v1/account",
        "token": ada.token,
        "body": {} if method == "PATCH" else None,
    }
    callers = [invocation(**ask, times=QUOTA // MANY)] * MANY
    policy = "read" if method == "GET" else "write"
    answers = [one for caller in fleet.series(*callers, invocation(**ask), **{policy: QUOTA}) for one in caller]
    assert sorted(answer.status for answer in answers) == [200] * QUOTA + [429]
    assert sorted(remaining(one) for one in answers if one.status == 200) == list(range(QUOTA))
    (refused,) = (answer for answer in answers if answer.status == 429)
    assert remaining(refused) == 0
    assert 1 <= int(refused.headers["Retry-After"]) <= 70
    assert {answer.headers["RateLimit-Policy"] for answer in answers} == {f'"{policy}";q={QUOTA};w=60'}


def remaining(answer: Answer) -> int:
    """Read how many requests are left."""
    found = re.fullmatch(r'"\w+";r=(\d+);t=\d+', answer.headers["RateLimit"])
    assert found, answer.headers
    return int(found[1])


@pytest.mark.usefixtures("ada")
def test_of_too_many_logins_at_once_as_many_sessions_as_may_be_are_left(fleet: Fleet) -> None:
    body = {"email": EMAIL, "password": PASSWORD}
    sources = [f"192.0.2.{number}" for number in range(LIVE_SESSIONS + 5)]  # from each three at once are let through
    answers = fleet.answers(*[invocation("POST", "/v1/auth/login", body=body, source_ip=one) for one in sources])
    assert [answer.status for answer in answers] == [200] * (LIVE_SESSIONS + 5)
    assert len(live()) == LIVE_SESSIONS
    lives = [call("GET", "/v1/notes", token=tokens(answer)[0]).status == 200 for answer in answers]
    assert lives.count(True) == LIVE_SESSIONS
    assert set(live()) == {one.json()["session"]["id"] for one, alive in zip(answers, lives, strict=True) if alive}
