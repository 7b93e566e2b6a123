"""Rate limits on a stack of their own: nobody gets more, and nobody pays for somebody else.

Small quotas and two callers: that a quota is exact among many is proven on an engine, where a process costs nothing
(tests/proof/engine/test_session_races.py).
"""

import itertools
from collections.abc import Iterator
from typing import Any

import http_sf
import pytest

from neoforge.ratelimit.policy import Policy
from scripts.api import Api, Response
from scripts.local.stack import local_stack
from tests.api import PASSWORD, new_account
from tests.proof.stack.callers import at_once, log_in, together
from tests.proof.stack.conftest import StackUnderTest
from tests.proof.stack.problems import ORIGIN, Scene, assert_problem, scene_of

RATE_LIMITS = "read=10/60,write=10/60,auth=20/60,register=20/3600,anonymous=5/3600"
POLICIES = {policy.name: policy for policy in map(Policy.parse, RATE_LIMITS.split(","))}
CALLERS, BURST = 2, 4
TOO_MANY = 2  # requests beyond the quota
LONGEST = 7 / 6  # windows: a request counts for its window and up to a sixth more


@pytest.fixture(scope="module")
def stack() -> Iterator[StackUnderTest]:
    with local_stack(auth=True, overrides={"RateLimits": RATE_LIMITS}) as local:
        yield StackUnderTest(local)


@pytest.fixture(scope="module")
def scene(stack: StackUnderTest) -> Iterator[Scene]:
    with scene_of(stack) as scene:
        yield scene


def limits(answer: Response) -> dict[str, tuple[int, int]]:
    """By policy, how many requests are left and in how many seconds there are more; as structured fields."""

    def parsed(name: str) -> dict[str, Any]:
        field: Any = http_sf.parse(answer.headers[name].encode(), tltype="list")
        return dict(field)

    policies, left = parsed("RateLimit-Policy"), parsed("RateLimit")
    assert policies == {name: {"q": POLICIES[name].quota, "w": POLICIES[name].seconds} for name in left}
    return {name: (parameters["r"], parameters["t"]) for name, parameters in left.items()}


def remaining(answer: Response, policy: str) -> int:
    found = limits(answer)
    assert found.keys() == {policy}
    assert 1 <= found[policy][1] <= LONGEST * POLICIES[policy].seconds
    return found[policy][0]


def assert_exceeded(answer: Response, policy: str, scene: Scene) -> None:
    assert_problem(answer, "quota-exceeded", scene, origin=ORIGIN)
    left, seconds = limits(answer)[policy]
    assert (left, int(answer.headers["Retry-After"])) == (0, seconds)


def wrong_login(api: Api, email: str, **headers: str) -> Response:
    sent = {"Origin": ORIGIN} | {name.replace("_", "-"): value for name, value in headers.items()}
    return api.request("POST", "/v1/auth/login", body={"email": email, "password": "wrong"}, headers=sent)


def test_an_account_gets_its_quota_and_the_next_request_is_refused(scene: Scene) -> None:
    account = new_account(scene.api)
    at_once(lambda: scene.ask("GET", "/v1/account", token=None), CALLERS)  # starts the processes, counts nothing

    def ask() -> Response:
        return scene.ask("GET", "/v1/account", token=account.token)

    quota = POLICIES["read"].quota
    answers = [answer for _ in range(quota // CALLERS) for answer in at_once(ask, CALLERS)]
    assert {answer.status for answer in answers} == {200}
    assert sorted(remaining(answer, "read") for answer in answers) == list(range(quota))
    refused = at_once(ask, TOO_MANY)
    for answer in refused:
        assert_exceeded(answer, "read", scene)
    # Reads of another route are counted with these, writes are not, and neither is anybody else.
    assert_exceeded(scene.ask("GET", "/v1/auth/sessions", token=account.token), "read", scene)
    written = scene.ask("PATCH", "/v1/account", {}, token=account.token)
    assert (written.status, remaining(written, "write")) == (200, POLICIES["write"].quota - 1)
    other = scene.ask("GET", "/v1/account", token=new_account(scene.api).token)
    assert (other.status, remaining(other, "read")) == (200, quota - 1)


def test_parallel_callers_who_want_more_than_the_quota_get_no_more_than_that(scene: Scene) -> None:
    account, quota = new_account(scene.api), POLICIES["write"].quota

    def change() -> Response:
        return scene.ask("PATCH", "/v1/account", {}, token=account.token)

    answers = [answer for _ in range(quota // CALLERS + 1) for answer in at_once(change, CALLERS)]
    passed = [answer for answer in answers if answer.status == 200]
    assert sorted(remaining(answer, "write") for answer in passed) == list(range(quota))
    assert [answer.status for answer in answers if answer not in passed] == [429] * (len(answers) - quota)


def test_a_new_session_of_an_exhausted_account_is_refused_as_well(scene: Scene) -> None:
    account = new_account(scene.api)
    session = log_in(scene.api, account.email)
    quota = POLICIES["read"].quota
    for _ in range(quota // CALLERS):
        at_once(lambda: scene.ask("GET", "/v1/account", token=account.token), CALLERS)
    assert session.ask("GET", "/v1/account").status == 429
    assert log_in(scene.api, account.email).ask("GET", "/v1/account").status == 429


def test_a_forged_address_changes_nothing_all_logins_count_to_their_one_source(
    scene: Scene, stack: StackUnderTest
) -> None:
    quota = POLICIES["auth"].quota
    forged: list[dict[str, Any]] = [
        dict.fromkeys(("X_Forwarded_For", "X_Real_IP", "True_Client_IP"), f"203.0.113.{number}")
        | {"Forwarded": f"for=203.0.113.{number}"}
        for number in range(quota + 1)
    ]
    with Api(stack.url, source="127.0.0.21") as api, Api(stack.url, source="127.0.0.22") as neighbour:
        at_once(lambda: neighbour.request("POST", "/v1/auth/login", body={}), CALLERS)  # starts the processes
        logins = [
            lambda number=number: wrong_login(api, f"nobody-{number}@example.com", **forged[number])
            for number in range(quota)
        ]
        answers = [answer for some in itertools.batched(logins, CALLERS, strict=True) for answer in together(some)]
        assert {answer.status for answer in answers} == {401}
        assert sorted(remaining(answer, "auth") for answer in answers) == list(range(quota))
        assert_exceeded(wrong_login(api, "one-more@example.com", **forged[quota]), "auth", scene)
        # Nor can somebody else be made to pay.
        answer = wrong_login(neighbour, "else@example.com", X_Forwarded_For="127.0.0.21")
        assert (answer.status, remaining(answer, "auth")) == (401, quota - CALLERS - 1)


def test_anonymous_registrations_at_once_are_all_counted_and_none_is_refused(stack: StackUnderTest) -> None:
    with Api(stack.url, source="127.0.0.23") as api, Api(stack.url, source="127.0.0.24") as neighbour:
        started = {504}
        while 504 in started:  # a process that starts for too long is counted after its answer
            some = at_once(lambda: neighbour.request("POST", "/v1/auth/register", body={}), BURST)
            started = {one.status for one in some}
        body = {"email": "burst@example.com", "password": PASSWORD, "display_name": "Ada"}
        answers = at_once(
            lambda: api.request("POST", "/v1/auth/register", body=body, headers={"Idempotency-Key": "burst"}), BURST
        )
    counts = sorted(remaining(answer, "register") for answer in answers)
    assert counts == list(range(POLICIES["register"].quota - BURST, POLICIES["register"].quota))
    assert {answer.status for answer in answers} <= {201, 409}
    assert len({answer.body for answer in answers if answer.status == 201}) == 1


def test_a_source_makes_no_more_accounts_than_its_quota_of_an_hour(stack: StackUnderTest) -> None:
    quota = POLICIES["register"].quota
    with Api(stack.url, source="127.0.0.25") as api:
        drafts = [
            {"email": f"burst-{number}@example.com", "password": PASSWORD, "display_name": "Ada"}
            for number in range(quota + CALLERS * BURST)
        ]
        registrations = [lambda body=body: api.request("POST", "/v1/auth/register", body=body) for body in drafts]
        answers = [
            answer for n in range(0, len(drafts), CALLERS) for answer in together(registrations[n : n + CALLERS])
        ]
    assert [answer.status for answer in answers].count(201) == quota
    assert [answer.status for answer in answers].count(429) == CALLERS * BURST
    assert remaining(answers[-1], "register") == 0
