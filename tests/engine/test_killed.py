"""The process is ended before and after each of its calls to the database; its client tries again with the same key."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from neoforge import clock
from neoforge.projects import repository as projects
from neoforge.projects.model import NewProject
from neoforge.work import UnitOfWork
from scripts.bench.counting import counted
from tests.engine.fleet import Death, Fleet, invocation
from tests.engine.harness import PERSON, census, sign_in
from tests.support import PASSWORD, Response, call

FUNCTION_MILLISECONDS = 10_000


@dataclass(frozen=True, slots=True)
class Scenario:
    """A request with a key, and what it is to leave in the table."""

    prepare: Callable[[], dict[str, Any]]  # gives the request, as tests.support.call takes it
    calls: int  # to the database: all before the last but one read, the last but one locks, the last commits
    lock: int
    status: int
    left: list[str]


def _person(method: str, path: str, body: Any = None) -> dict[str, Any]:
    person = sign_in()
    work = UnitOfWork()
    if "{}" in path:
        path = path.format(projects.create(work, person.user_id, NewProject(name="Old")).id)
        work.commit()
    return {"method": method, "path": path, "body": body, "token": person.token, "headers": {"Idempotency-Key": "k"}}


def _nobody() -> dict[str, Any]:
    body = {"email": "ada@example.com", "password": PASSWORD, "display_name": "Ada"}
    return {"method": "POST", "path": "/v1/auth/register", "body": body, "headers": {"Idempotency-Key": "k"}}


DONE = "IDEMPOTENCY status=COMPLETED"
SCENARIOS = {
    "create": Scenario(
        lambda: _person("POST", "/v1/projects", {"name": "New"}),
        calls=3,
        lock=2,
        status=201,
        left=[*PERSON, "PROJECT version=1", "PROJECTS total=1 revision=1", DONE],
    ),
    "patch": Scenario(
        lambda: _person("PATCH", "/v1/projects/{}", {"name": "New"}),
        calls=4,
        lock=2,
        status=200,
        left=[*PERSON, "PROJECT version=2", "PROJECTS total=1 revision=2", DONE],
    ),
    "delete": Scenario(
        lambda: _person("DELETE", "/v1/projects/{}"),
        calls=3,
        lock=2,
        status=204,
        left=[*PERSON, "PROJECTS total=0 revision=2", DONE],
    ),
    "register": Scenario(
        _nobody,
        calls=2,
        lock=1,
        status=201,
        left=["ACCESS version=1", "ACCOUNT version=1", "CREDENTIAL version=1", DONE],
    ),
}
MOMENTS = [
    pytest.param(scenario, Death(number, moment), id=f"{name}-{moment}-{number}")
    for name, scenario in SCENARIOS.items()
    for number in range(1, scenario.calls + 1)
    for moment in ("before", "after")
]


def same(response: Response) -> tuple[Any, ...]:
    """What must be equal in each answer to one key: all but the request's own id and the mark of a replay."""
    own = {"X-Request-Id", "Idempotent-Replayed"}
    return response.status, response.text, {name: v for name, v in response.headers.items() if name not in own}


def in_flight(scenario: Scenario, death: Death) -> bool:
    """Tell whether the process ended between locking the key and committing."""
    locked = death.call > scenario.lock or death == Death(scenario.lock, "after")
    return locked and death != Death(scenario.calls, "after")


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_the_matrix_leaves_out_no_call(scenario: Scenario) -> None:
    request = scenario.prepare()
    with counted() as calls:
        assert call(**request).status == scenario.status
    assert len(calls.operations) == scenario.calls
    assert calls.operations[scenario.lock - 1] == "PutItem"


@pytest.mark.parametrize(("scenario", "death"), MOMENTS)
def test_a_retry_at_once_waits_for_the_lock_and_then_all_is_done_once(
    scenario: Scenario, death: Death, fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = scenario.prepare()
    assert fleet.run(invocation(**request, death=death)) == [None]
    first = call(**request)
    if in_flight(scenario, death):
        assert (first.status, first.headers["Retry-After"]) == (409, "1")
        assert first.json()["type"].endswith("/request-in-progress")
        now = clock.now()
        monkeypatch.setattr(clock, "now", lambda: now + FUNCTION_MILLISECONDS / 1000 + 1)  # the process cannot live now
        first = call(**request)
    assert_done_once(scenario, request, first)


@pytest.mark.parametrize(("scenario", "death"), MOMENTS)
def test_a_retry_after_the_lock_has_expired_does_all_once(scenario: Scenario, death: Death, fleet: Fleet) -> None:
    request = scenario.prepare()
    assert fleet.run(invocation(**request, death=death, milliseconds=1)) == [None]
    assert_done_once(scenario, request, call(**request))


def assert_done_once(scenario: Scenario, request: dict[str, Any], answer: Response) -> None:
    """The answer is the final one, every later one is the same, and the table holds what one request leaves."""
    assert answer.status == scenario.status
    for again in (call(**request), call(**request)):
        assert again.headers["Idempotent-Replayed"] == "true"
        assert same(again) == same(answer)
    assert census() == sorted(scenario.left)
