"""Whom a used refresh token still helps: who has used it last, for a while, from where it was used. Nobody else."""

import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neoforge import clock
from neoforge.accounts.model import LIVE_SESSIONS
from neoforge.ratelimit.policy import Policy, policies
from scripts.build.template import Json
from tests.api import Response, call
from tests.callers import sign_in
from tests.functions.conftest import Logs, Wait
from tests.functions.helpers import assert_problem, log_in, metrics, use

GRACE = 30  # seconds, longer than the time-outs of common clients
OWNER, THIEF = "192.0.2.1", "198.51.100.7"


@pytest.fixture
def tokens(token: str) -> Json:
    """The tokens of a session."""
    return log_in()


def refresh(refresh_token: str, source_ip: str = OWNER) -> Response:
    return call("POST", "/v1/auth/refresh", body={"refresh_token": refresh_token}, source_ip=source_ip)


def test_who_waits_for_the_owner_to_refresh_does_not_get_the_owners_tokens(tokens: Json, logs: Logs) -> None:
    """The thief has both tokens, and asks with the access token until it is no longer good."""
    rotated = refresh(tokens["refresh_token"]).json()
    assert use(tokens["access_token"]) == 401
    assert_problem(refresh(tokens["refresh_token"], THIEF), "unauthorized")
    assert metrics(logs(), "TokenReuse") == 1
    assert use(rotated["access_token"]) == 401
    assert_problem(refresh(rotated["refresh_token"]), "unauthorized")


def test_a_used_token_ends_its_session_whatever_has_been_used_up(
    tokens: Json, monkeypatch: pytest.MonkeyPatch, logs: Logs
) -> None:
    """The thief is first, and refreshes as often as the session and the owner's address may."""
    monkeypatch.setitem(policies(), "auth", Policy("auth", 3, 60))
    thief = refresh(tokens["refresh_token"], THIEF)
    while thief.status == 200:
        stolen, thief = thief.json(), refresh(thief.json()["refresh_token"], THIEF)
    assert thief.status == 429
    for _ in range(5):
        refresh("x", OWNER)
    assert_problem(refresh(tokens["refresh_token"]), "unauthorized")
    assert metrics(logs(), "TokenReuse") == 1
    assert use(stolen["access_token"]) == 401


def test_no_header_is_taken_for_an_address(tokens: Json) -> None:
    refresh(tokens["refresh_token"])
    forged = dict.fromkeys(("X-Forwarded-For", "Forwarded", "X-Real-IP", "True-Client-IP"), OWNER)
    body = {"refresh_token": tokens["refresh_token"]}
    answer = call("POST", "/v1/auth/refresh", body=body, source_ip=THIEF, headers=forged)
    assert_problem(answer, "unauthorized")


def test_an_owner_whose_network_has_changed_goes_on(tokens: Json) -> None:
    second = refresh(tokens["refresh_token"], THIEF)
    assert second.status == 200
    third = refresh(second.json()["refresh_token"], OWNER)
    assert (third.status, use(third.json()["access_token"])) == (200, 200)


def test_an_answer_that_was_lost_is_given_again_for_half_a_minute(tokens: Json, wait: Wait) -> None:
    first = refresh(tokens["refresh_token"]).json()
    wait(GRACE)
    again = refresh(tokens["refresh_token"]).json()
    assert again == first | {"expires_in": first["expires_in"] - GRACE}


@pytest.mark.parametrize("tabs", [2, 20])
def test_tabs_that_refresh_at_once_get_one_successor(tabs: int, tokens: Json) -> None:
    answers: list[Response] = []
    barrier = threading.Barrier(tabs)

    def tab() -> None:
        barrier.wait()
        answers.append(refresh(tokens["refresh_token"]))

    threads = [threading.Thread(target=tab) for _ in range(tabs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status for answer in answers} == {200}
    assert len({(one.json()["access_token"], one.json()["refresh_token"]) for one in answers}) == 1


STEPS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from([OWNER, THIEF]), st.sampled_from([0, 1, GRACE, GRACE + 1])),
    min_size=1,
    max_size=8,
)


@given(STEPS)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_session_lives_exactly_as_long_as_nobody_else_uses_a_used_token(steps: list[tuple[int, str, int]]) -> None:
    """Each step presents the token of some age, from an address, some seconds after the step before."""
    with pytest.MonkeyPatch.context() as patch:
        now = clock.now()
        patch.setattr(clock, "now", lambda: now)
        issued, used_from, used_at, live = [sign_in(f"{clock.new_id('x')}@example.com").refresh_token], "", 0.0, True
        for wanted, source, seconds in steps:
            now += seconds
            age = min(wanted, len(issued) - 1)
            answer = refresh(issued[-1 - age], source)
            same = age == 1 and source == used_from and now - used_at <= GRACE
            live = live and (age == 0 or same)
            assert answer.status == (200 if live else 401)
            if live and age == 0:
                used_from, used_at = source, now
                issued.append(answer.json()["refresh_token"])
            elif live:
                assert answer.json()["refresh_token"] == issued[-1]


def test_of_too_many_sessions_the_least_recently_used_ends(token: str, wait: Wait) -> None:
    wait(60)
    begun = [log_in() for _ in range(LIVE_SESSIONS - 1)]
    wait(60)
    begun[0] = refresh(begun[0]["refresh_token"]).json()  # the oldest of them, so it ends as one of the last
    wait(60)
    newest = [log_in() for _ in range(2)]
    assert [use(one["access_token"]) for one in (*begun, *newest)] == [200, 401] + [200] * (LIVE_SESSIONS - 1)
    assert use(token) == 401
