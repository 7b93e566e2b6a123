"""POST /v1/auth/login tells a guesser nothing: a wrong password and an unknown e-mail cannot be told apart."""

import json

import pytest

from neoforge.ratelimit import login_throttle
from tests.api import Response, call
from tests.functions.conftest import Wait
from tests.functions.helpers import assert_problem, log_in

KNOWN, UNKNOWN = "ada@example.com", "eva@example.com"  # as long
OF_THE_REQUEST = {"X-Request-Id", "RateLimit"}


def guess(email: str, number: int = 0) -> Response:
    """From a source of its own for each number, so that no guess has to wait."""
    source = f"10.0.{number // 256}.{number % 256}"
    return call("POST", "/v1/auth/login", body={"email": email, "password": "wrong password"}, source_ip=source)


def test_the_answers_are_the_same_but_for_the_ids(token: str) -> None:
    wrong, unknown = guess(KNOWN), guess(UNKNOWN)
    documents = [assert_problem(answer, "unauthorized") for answer in (wrong, unknown)]
    for answer, document in zip((wrong, unknown), documents, strict=True):
        assert document.pop("request_id") == answer.headers["X-Request-Id"]
        document.pop("instance")
    assert json.dumps(documents[0]) == json.dumps(documents[1])
    assert wrong.headers.keys() == unknown.headers.keys()
    assert len(wrong.text) == len(unknown.text)
    assert [wrong.headers[name] for name in wrong.headers.keys() - OF_THE_REQUEST] == [
        unknown.headers[name] for name in wrong.headers.keys() - OF_THE_REQUEST
    ]


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
