"""Accounts and sessions made at the same moment, each in a process of its own as on Lambda."""

import pytest

from neoforge.accounts.model import LIVE_SESSIONS
from neoforge.ratelimit.login_throttle import FREE
from tests.api import PASSWORD, Response, call
from tests.callers import EMAIL
from tests.proof.engine.dynamodb import census, live
from tests.proof.engine.workers import Fleet, invocation

MANY = 20


@pytest.fixture
def account() -> None:
    """An account that has no session."""
    body = {"email": EMAIL, "password": PASSWORD, "display_name": "Ada"}
    assert call("POST", "/v1/auth/register", body=body).status == 201


def lives(login: Response) -> bool:
    """Return whether the session that a login began is let in."""
    status = call("GET", "/v1/notes", token=login.json()["access_token"]).status
    assert status in {200, 401}
    return status == 200


def log_in() -> Response:
    answer = call("POST", "/v1/auth/login", body={"email": EMAIL, "password": PASSWORD})
    assert answer.status == 200
    return answer


def test_an_address_is_registered_once_whatever_its_case(fleet: Fleet) -> None:
    address = "ada.lovelace.countess@example.com"
    cases = [address[:number].upper() + address[number:] for number in range(MANY)]
    answers = fleet.answers(
        *[
            invocation(
                "POST",
                "/v1/auth/register",
                body={"email": email, "password": PASSWORD, "display_name": "Ada"},
                headers={"Idempotency-Key": f"key-{number}"},
            )
            for number, email in enumerate(cases)
        ]
    )
    assert sorted(answer.status for answer in answers) == [201] + [409] * (MANY - 1)
    assert {a.json()["type"].rsplit("/", 1)[1] for a in answers if a.status == 409} == {"email-taken"}
    kept = [line for line in census() if not line.startswith("IDEMPOTENCY")]
    assert kept == ["ACCESS version=1", "ACCOUNT version=1", "CREDENTIAL version=1"]


@pytest.mark.usefixtures("account")
def test_parallel_logins_all_begin_a_live_session(fleet: Fleet) -> None:
    """From an address each: those of one address are guesses, until one of them is right."""
    body = {"email": EMAIL, "password": PASSWORD}
    answers = fleet.answers(
        *[invocation("POST", "/v1/auth/login", body=body, source_ip=f"198.51.100.{number}") for number in range(MANY)]
    )
    assert [answer.status for answer in answers] == [200] * MANY
    assert all(lives(answer) for answer in answers)
    assert live() == sorted(answer.json()["session"]["id"] for answer in answers)
    assert census().count("SESSION version=1") == MANY


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize("email", [EMAIL, "nobody@example.com"])
def test_of_parallel_wrong_passwords_as_many_are_evaluated_as_one_after_another(email: str, fleet: Fleet) -> None:
    body = {"email": email, "password": "wrong password"}
    answers = fleet.answers(*[invocation("POST", "/v1/auth/login", body=body, source_ip="198.51.100.1")] * MANY)
    assert sorted(answer.status for answer in answers) == [401] * FREE + [429] * (MANY - FREE)


@pytest.mark.usefixtures("account")
def test_the_oldest_session_ends_when_there_are_too_many() -> None:
    logins = [log_in() for _ in range(LIVE_SESSIONS + 5)]
    assert [lives(login) for login in logins] == [False] * 5 + [True] * LIVE_SESSIONS
    assert live() == [login.json()["session"]["id"] for login in logins[5:]]
