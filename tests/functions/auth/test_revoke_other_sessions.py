"""POST /v1/auth/sessions/revoke-others."""

from neoforge.accounts.model import SESSION_IDLE_SECONDS
from scripts.build.template import Json
from tests.api import Response, call
from tests.functions.conftest import Wait
from tests.functions.helpers import log_in, use

PATH = "/v1/auth/sessions/revoke-others"


def revoke(token: str, **headers: str) -> Response:
    return call("POST", PATH, token=token, headers=headers)


def test_all_sessions_but_this_one_end_at_once(token: str, stranger: str) -> None:
    others = [log_in()["access_token"] for _ in range(3)]
    response = revoke(token)
    assert (response.status, response.json()) == (200, {"revoked": 3})
    assert [use(one) for one in others] == [401, 401, 401]
    assert (use(token), use(stranger)) == (200, 200)
    sessions: list[Json] = call("GET", "/v1/auth/sessions", token=token).json()["items"]
    assert [one["current"] for one in sessions] == [True]


def test_there_may_be_none(token: str) -> None:
    assert [revoke(token).json() for _ in range(2)] == [{"revoked": 0}, {"revoked": 0}]


def test_what_had_ended_is_not_counted(token: str, wait: Wait) -> None:
    wait(SESSION_IDLE_SECONDS + 1)
    assert revoke(log_in()["access_token"]).json() == {"revoked": 0}


def test_a_repetition_with_the_same_key_tells_the_same_and_ends_no_more(token: str) -> None:
    log_in()
    first = revoke(token, **{"Idempotency-Key": "k"})
    later = log_in()["access_token"]
    again = revoke(token, **{"Idempotency-Key": "k"})
    assert first.json() == again.json() == {"revoked": 1}
    assert use(later) == 200
