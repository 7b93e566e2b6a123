"""The process is ended before and after each of its calls to the database; its client tries again with the same key."""

from typing import Any

import pytest

from neoforge import clock
from scripts.bench.counting import counted
from tests.engine.fleet import Death, Fleet, invocation
from tests.engine.harness import census, live
from tests.engine.scenarios import MOMENTS, SCENARIOS, Scenario, same
from tests.support import Response, call

FUNCTION_MILLISECONDS = 10_000


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
    assert len(live()) == scenario.left.count("SESSION version=1")
