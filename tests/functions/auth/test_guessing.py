"""POST /v1/auth/login tells a guesser nothing: a wrong password and an unknown e-mail cannot be told apart."""

import pytest

from neoforge.ratelimit import login_throttle
from neoforge.ratelimit.policy import Policy, policies
from tests.api import Response, call
from tests.functions.conftest import Wait
from tests.functions.helpers import assert_problem, log_in

KNOWN, UNKNOWN = "ada@example.com", "eva@example.com"  # as long
OF_THE_REQUEST = {"X-Request-Id"}


def guess(email: str, number: int = 0) -> Response:
    """From a source of its own for each number, so that no guess has to wait."""
    source = f"10.0.{number // 256}.{number % 256}"
    return call("POST", "/v1/auth/login", body={"email": email, "password": "wrong password"}, source_ip=source)


def parts(answer: Response) -> tuple[dict[str, str], str]:
    """Return the headers and the body of an answer, without its id."""
    headers = {name: value for name, value in answer.headers.items() if name not in OF_THE_REQUEST}
    return headers, answer.text.replace(answer.headers["X-Request-Id"], "")


def test_the_answers_are_the_same_but_for_the_ids_after_any_number_of_failures(token: str, wait: Wait) -> None:
    for number, seconds in enumerate([0] * login_throttle.FREE + [0, 1, 0, 2]):
        wait(seconds)
        wrong, unknown = guess(KNOWN), guess(UNKNOWN, number=1)
        assert wrong.status == (429 if number in {3, 5} else 401)
        assert parts(wrong) == parts(unknown)


def test_the_answers_are_the_same_when_too_many_addresses_have_failed(
    token: str, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(policies(), "auth", Policy("auth", 3, 60))
    answers = [(guess(KNOWN, number), guess(UNKNOWN, number + 10)) for number in range(5)]
    assert [wrong.status for wrong, _ in answers] == [401, 401, 401, 429, 429]
    for wrong, unknown in answers:
        assert parts(wrong) == parts(unknown)


@pytest.mark.parametrize("email", [KNOWN, UNKNOWN])
def test_whoever_fails_waits_longer_each_time_and_nobody_else(email: str, token: str, wait: Wait) -> None:
    for _ in range(login_throttle.FREE):
        assert guess(email).status == 401
    for seconds in (1, 2, 4, 8):
        response = guess(email)
        assert_problem(response, "quota-exceeded")
        assert response.headers["Retry-After"] == str(seconds)
        assert guess(email, number=seconds).status == 401
        wait(seconds)
        assert guess(email).status == 401


def test_the_wait_ends_at_a_quarter_of_an_hour(token: str, wait: Wait) -> None:
    for _ in range(login_throttle.FREE + 12):
        assert guess(KNOWN).status == 401
        wait(login_throttle.MAX_SECONDS)
    assert guess(KNOWN).status == 401
    assert guess(KNOWN).headers["Retry-After"] == "900"


def test_the_owner_gets_in_from_elsewhere_and_here_after_the_wait(token: str, wait: Wait) -> None:
    for _ in range(login_throttle.FREE):
        guess(KNOWN)
    log_in(source_ip="198.51.100.7")
    assert guess(KNOWN).status == 429
    wait(1)
    log_in(source_ip="10.0.0.0")
    for _ in range(login_throttle.FREE):  # the failures are forgotten
        assert guess(KNOWN).status == 401
