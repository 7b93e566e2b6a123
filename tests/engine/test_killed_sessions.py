"""The process is ended before and after each of its calls; its client tries again, without a key.

A session is wholly there or wholly gone, whenever that happens.
"""

import pytest

from neoforge.accounts import sessions
from scripts.bench.counting import counted
from tests.engine.fleet import Death, Fleet, invocation
from tests.engine.harness import EMAIL, Person, census, live, sign_in
from tests.engine.scenarios import NEXT, SCENARIOS
from tests.support import PASSWORD, Response, call

CALLS = {"login": 6, "refresh": 6, "logout": 3}  # the last one commits


def deaths(name: str) -> list[Death]:
    return [Death(number, moment) for number in range(1, CALLS[name] + 1) for moment in ("before", "after")]


def committed(name: str, death: Death) -> bool:
    return death == Death(CALLS[name], "after")


def log_in(password: str = PASSWORD) -> Response:
    return call("POST", "/v1/auth/login", body={"email": EMAIL, "password": password})


def lets_in(token: str) -> bool:
    status = call("GET", "/v1/projects", token=token).status
    assert status in {200, 401}
    return status == 200


def refresh(token: str) -> Response:
    return call("POST", "/v1/auth/refresh", body={"refresh_token": token})


@pytest.mark.parametrize("name", CALLS)
def test_the_deaths_leave_out_no_call(ada: Person, name: str) -> None:
    with counted() as calls:
        if name == "login":
            log_in()
        elif name == "refresh":
            refresh(ada.refresh_token)
        else:
            call("POST", "/v1/auth/logout", token=ada.token)
    assert len(calls.operations) == CALLS[name]
    assert calls.operations[-1] == "TransactWriteItems"


@pytest.mark.parametrize("death", deaths("login"))
def test_a_login_that_is_killed_begins_a_whole_session_or_none(ada: Person, death: Death, fleet: Fleet) -> None:
    credentials = {"email": EMAIL, "password": PASSWORD}
    assert fleet.run(invocation("POST", "/v1/auth/login", body=credentials, death=death)) == [None]
    assert len(live()) == 1 + committed("login", death)
    assert lets_in(ada.token)
    again = log_in().json()
    assert len(live()) == 2 + committed("login", death)
    assert lets_in(again["access_token"])
    assert refresh(again["refresh_token"]).status == 200


@pytest.mark.parametrize("death", deaths("refresh"))
def test_a_refresh_that_is_killed_has_one_successor(ada: Person, death: Death, fleet: Fleet) -> None:
    presented = {"refresh_token": ada.refresh_token}
    assert fleet.run(invocation("POST", "/v1/auth/refresh", body=presented, death=death)) == [None]
    assert live() == [ada.session_id]
    assert lets_in(ada.token) is not committed("refresh", death)
    first, second = refresh(ada.refresh_token), refresh(ada.refresh_token)
    assert first.status == second.status == 200
    tokens = [(one["access_token"], one["refresh_token"]) for one in (first.json(), second.json())]
    assert tokens[0] == tokens[1]
    assert live() == [ada.session_id]
    assert census() == sorted(["ACCESS version=3", "ACCOUNT version=1", "CREDENTIAL version=1", "SESSION version=2"])
    assert lets_in(tokens[0][0])
    assert not lets_in(ada.token)
    assert refresh(tokens[0][1]).status == 200


def test_a_refresh_whose_answer_was_lost_for_long_ends_the_session(
    ada: Person, fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    presented = {"refresh_token": ada.refresh_token}
    death = Death(CALLS["refresh"], "after")
    assert fleet.run(invocation("POST", "/v1/auth/refresh", body=presented, death=death)) == [None]
    monkeypatch.setattr(sessions, "GRACE_SECONDS", -1)
    assert refresh(ada.refresh_token).status == 401
    assert live() == []


@pytest.mark.parametrize("death", deaths("logout"))
def test_a_logout_that_is_killed_ends_the_session_wholly_or_not_at_all(ada: Person, death: Death, fleet: Fleet) -> None:
    other = ada.again()
    assert fleet.run(invocation("POST", "/v1/auth/logout", token=ada.token, death=death)) == [None]
    done = committed("logout", death)
    assert live() == sorted([other.session_id] + [ada.session_id] * (not done))
    assert call("POST", "/v1/auth/logout", token=ada.token).status == (401 if done else 204)
    assert live() == [other.session_id]
    assert not lets_in(ada.token)
    assert refresh(ada.refresh_token).status == 401
    assert lets_in(other.token)


@pytest.mark.parametrize("number", range(1, SCENARIOS["password"].calls + 1))
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_password_change_that_is_killed_is_all_or_nothing(fleet: Fleet, number: int, moment: str) -> None:
    ada = sign_in()
    other = ada.again()
    change = {"current_password": PASSWORD, "new_password": NEXT}
    death = Death(number, "before" if moment == "before" else "after")
    post = invocation(
        "POST", "/v1/account/password", body=change, token=ada.token, headers={"Idempotency-Key": "k"}, death=death
    )
    assert fleet.run(post) == [None]
    done = death == Death(SCENARIOS["password"].calls, "after")
    assert live() == sorted([ada.session_id] + [other.session_id] * (not done))
    assert lets_in(other.token) is not done
    assert lets_in(ada.token)
    assert [log_in(PASSWORD).status, log_in(NEXT).status] == ([401, 200] if done else [200, 401])
