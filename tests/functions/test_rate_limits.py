"""Rate limits: who is counted, what the answers say of it, and what happens when nobody can count."""

from collections.abc import Callable
from typing import Any

import pytest

from neoforge.ratelimit.policy import Policy, policies
from tests.api import PASSWORD, Response, call
from tests.functions.conftest import Logs, Wait
from tests.functions.helpers import Left, assert_problem, client_error, failing, limits, log_in, metrics

BUSY = [client_error("ThrottlingException")] * 50
LONGEST = 70  # seconds: a request counts for its window, 60, and up to a sixth of it more
Limit = Callable[..., None]
Send = Callable[..., Response]


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch, wait: Wait) -> Limit:
    """Set limits, in a minute that does not pass."""

    def set_limits(**quotas: int) -> None:
        for name, quota in quotas.items():
            monkeypatch.setitem(policies(), name, Policy(name, quota, 60))

    return set_limits


def assert_exceeded(response: Response, policy: str) -> Left:
    """Assert that an answer is the 429 of a policy, and give what it says of it."""
    assert_problem(response, "quota-exceeded")
    found = limits(response)[policy]
    assert found.remaining == 0
    assert response.headers["Retry-After"] == str(found.seconds)
    return found


def test_the_101st_read_of_an_account_is_429_and_of_another_is_not(
    token: str, stranger: str, limit: Limit, wait: Wait
) -> None:
    limit(read=100, write=100)
    left = [limits(call("GET", "/v1/account", token=token)) for _ in range(100)]
    assert [one["read"].remaining for one in left] == list(range(99, -1, -1))
    assert {(one["read"].quota, one["read"].window, len(one)) for one in left} == {(100, 60, 1)}
    assert all(0 < one["read"].seconds <= LONGEST for one in left)
    last = call("GET", "/v1/account", token=token)
    seconds = assert_exceeded(last, "read").seconds
    assert seconds == left[-1]["read"].seconds
    assert limits(call("GET", "/v1/account", token=stranger))["read"].remaining == 99
    assert limits(call("POST", "/v1/notes", body={"name": "A"}, token=token))["write"].remaining == 99
    wait(seconds - 1)
    assert_exceeded(call("GET", "/v1/account", token=token), "read")
    wait(LONGEST)
    assert limits(call("GET", "/v1/account", token=token))["read"].remaining == 99


def test_a_session_more_is_no_quota_more(token: str, limit: Limit) -> None:
    limit(write=3)
    tokens = [token, log_in()["access_token"]]
    statuses = [call("PATCH", "/v1/account", body={}, token=tokens[number % 2]).status for number in range(5)]
    assert statuses == [200, 200, 200, 429, 429]


ANSWERS: list[tuple[int, str, str, dict[str, Any]]] = [
    (200, "GET", "/v1/notes", {}),
    (201, "POST", "/v1/notes", {"body": {"name": "A"}}),
    (204, "POST", "/v1/auth/logout", {}),
    (304, "GET", "/v1/account", {"headers": {"If-None-Match": "*"}}),
    (400, "GET", "/v1/notes", {"query": {"cursor": "x"}}),
    (400, "POST", "/v1/notes", {"body": "{"}),
    (404, "GET", "/v1/notes/x", {}),
    (412, "PATCH", "/v1/account", {"body": {}, "headers": {"If-Match": '"v9"'}}),
    (413, "POST", "/v1/notes", {"body": "x" * 300_000}),
    (415, "POST", "/v1/notes", {}),
    (422, "PATCH", "/v1/account", {"body": {"roles": ["admin"]}}),
]


@pytest.mark.parametrize(("status", "method", "path", "request_"), ANSWERS)
def test_every_answer_says_what_is_left(
    status: int, method: str, path: str, request_: dict[str, Any], token: str
) -> None:
    response = call(method, path, token=token, **request_)
    assert response.status == status
    assert limits(response).keys() == {"read" if method == "GET" else "write"}


def test_who_is_not_known_is_not_counted(token: str, limit: Limit) -> None:
    limit(read=2)
    for _ in range(5):
        response = call("GET", "/v1/account", token=token[:-1] + ("A" if token[-1] != "A" else "B"))
        assert_problem(response, "unauthorized")
        assert limits(response) == {}
    assert call("GET", "/v1/account", token=token).status == 200


def test_a_replay_is_counted_and_says_what_is_left_now(token: str, limit: Limit) -> None:
    limit(write=2)
    key = {"Idempotency-Key": "k"}
    answers = [call("POST", "/v1/notes", body={"name": "A"}, token=token, headers=key) for _ in range(3)]
    assert [answer.status for answer in answers] == [201, 201, 429]
    assert [limits(answer)["write"].remaining for answer in answers] == [1, 0, 0]
    assert "Idempotent-Replayed" not in answers[2].headers


def attempt_login(number: int, **request: Any) -> Response:
    body = {"email": f"nobody{number}@example.com", "password": "wrong"}
    return call("POST", "/v1/auth/login", body=body, **request)


def attempt_register(number: int, **request: Any) -> Response:
    body = {"email": f"new{number}@example.com", "password": PASSWORD, "display_name": "N"}
    return call("POST", "/v1/auth/register", body=body, **request)


def attempt_refresh(number: int, **request: Any) -> Response:
    return call("POST", "/v1/auth/refresh", body={"refresh_token": f"x{number}"}, **request)


each_attempt = pytest.mark.parametrize("attempt", [attempt_login, attempt_register, attempt_refresh])


@each_attempt
def test_whoever_brings_credentials_is_counted_by_source_and_a_forged_header_changes_nothing(
    attempt: Send, limit: Limit
) -> None:
    limit(auth=3, register=3)
    forged = [{name: f"203.0.113.{n}"} for n, name in enumerate(["X-Forwarded-For", "Forwarded", "X-Real-IP"])]
    before = [attempt(number, headers=headers) for number, headers in enumerate(forged)]
    assert {answer.status for answer in before} <= {201, 401}
    policy = "register" if attempt is attempt_register else "auth"
    assert [limits(answer)[policy].remaining for answer in before] == [2, 1, 0]
    forged.append({"X-Forwarded-For": "198.51.100.7, 192.0.2.77"})
    for number, headers in enumerate(forged):
        assert_exceeded(attempt(10 + number, headers=headers), policy)
    other = attempt(20, source_ip="198.51.100.7", headers={"X-Forwarded-For": "192.0.2.1"})
    assert (other.status, limits(other)[policy].remaining) == (before[0].status, 2)


def test_the_sources_of_login_and_refresh_are_counted_together_and_those_of_register_apart(limit: Limit) -> None:
    limit(auth=3, register=1)
    answers = [attempt(1) for attempt in (attempt_login, attempt_refresh, attempt_refresh, attempt_login)]
    assert [answer.status for answer in answers] == [401, 401, 401, 429]
    assert [attempt_register(number).status for number in range(2)] == [201, 429]


@pytest.mark.parametrize("email", ["new@example.com", "ada@example.com"])
def test_a_stranger_who_registers_an_address_uses_up_nothing_of_its_owner(email: str, token: str, limit: Limit) -> None:
    limit(auth=3, register=3)
    draft = {"email": email, "password": "password1", "display_name": "N"}
    for number in range(9):
        assert call("POST", "/v1/auth/register", body=draft, source_ip=f"198.51.100.{number}").status == 422
    fine = call("POST", "/v1/auth/register", body=draft | {"password": PASSWORD})
    assert fine.status == (201 if email == "new@example.com" else 409)
    log_in(email)


@pytest.mark.parametrize("email", ["ADA@example.com", "nobody@example.com"])
def test_failed_logins_of_an_account_are_counted_whatever_the_source(email: str, token: str, limit: Limit) -> None:
    limit(auth=3)
    body = {"email": email, "password": "x"}
    answers = [call("POST", "/v1/auth/login", body=body, source_ip=f"198.51.100.{n}") for n in range(5)]
    assert [answer.status for answer in answers] == [401, 401, 401, 429, 429]
    assert [limits(answer)["auth"].remaining for answer in answers] == [2, 2, 2, 0, 0]  # of the source, until then
    assert_exceeded(answers[-1], "auth")


def test_refreshes_of_a_session_are_counted_whatever_the_source(token: str, limit: Limit) -> None:
    tokens = log_in()
    limit(auth=3)
    statuses = []
    for number in range(5):
        body = {"refresh_token": tokens["refresh_token"]}
        answer = call("POST", "/v1/auth/refresh", body=body, source_ip=f"198.51.100.{number}")
        statuses.append(answer.status)
        tokens = answer.json() if answer.status == 200 else tokens
    assert statuses == [200, 200, 200, 429, 429]
    other = {"refresh_token": log_in(source_ip="198.51.100.9")["refresh_token"]}
    assert call("POST", "/v1/auth/refresh", body=other, source_ip="198.51.100.9").status == 200


def test_who_shares_an_address_with_strangers_refreshes_and_logs_in_whatever_they_use_up(
    token: str, limit: Limit
) -> None:
    """The account was used from the address."""
    tokens = log_in()
    limit(auth=3)
    for attempt in (attempt_refresh, attempt_login):
        assert [attempt(number).status for number in range(3)][-1] in {401, 429}
    assert attempt_login(9).status == attempt_refresh(9).status == 429
    assert call("POST", "/v1/auth/refresh", body={"refresh_token": tokens["refresh_token"]}).status == 200
    assert log_in()


@each_attempt
def test_credentials_are_refused_while_nobody_can_count(attempt: Send) -> None:
    with failing(*BUSY, operation="UpdateItem") as sent:
        response = attempt(1)
    assert_problem(response, "service-unavailable")
    assert limits(response) == {}
    assert {one["operation"] for one in sent} == {"UpdateItem"}


def test_a_login_whose_account_cannot_be_counted_is_503(token: str) -> None:
    with failing(None, *BUSY, operation="UpdateItem"):
        response = call("POST", "/v1/auth/login", body={"email": "ada@example.com", "password": PASSWORD})
    assert_problem(response, "service-unavailable")


@pytest.mark.parametrize("route", ["/v1/notes", "/v1/account", "/v1/auth/sessions", "path"])
def test_reads_go_on_while_nobody_can_count_and_that_is_told(route: str, token: str, path: str, logs: Logs) -> None:
    with failing(*BUSY, operation="UpdateItem"):
        response = call("GET", path if route == "path" else route, token=token)
    assert (response.status, limits(response)) == (200, {})
    assert metrics(logs(), "RateLimitUnavailable") == 1
    assert metrics(logs(), "UnexpectedError") == 0


def test_an_uncounted_read_is_refused_without_a_live_session(token: str) -> None:
    for one in (token[:-1] + ("A" if token[-1] != "A" else "B"), f"{token}x"):
        with failing(*BUSY, operation="UpdateItem"):
            assert_problem(call("GET", "/v1/account", token=one), "unauthorized")
    call("POST", "/v1/auth/logout", token=token)
    with failing(*BUSY, operation="UpdateItem"):
        assert_problem(call("GET", "/v1/account", token=token), "unauthorized")


@pytest.mark.parametrize(
    ("method", "route"), [("POST", "/v1/notes"), ("PATCH", "/v1/account"), ("DELETE", "path")], ids=str
)
def test_writes_are_503_while_nobody_can_count(method: str, route: str, token: str, path: str) -> None:
    with failing(*BUSY, operation="UpdateItem") as sent:
        response = call(method, path if route == "path" else route, body={}, token=token)
    assert_problem(response, "service-unavailable")
    assert {one["operation"] for one in sent} == {"UpdateItem"}
