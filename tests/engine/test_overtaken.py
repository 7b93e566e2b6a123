"""A lock that expires while its owner still lives: the owner stops at a call, another request with its key goes on."""

from collections.abc import Callable

import pytest

from tests.engine.faults import Fault, Stopped, cancelled
from tests.engine.fleet import Death
from tests.engine.harness import census
from tests.engine.scenarios import MOMENTS, SCENARIOS, Scenario, same
from tests.support import Context, call

EXPIRED, LIVE = 1, 10_000  # milliseconds that the function has left, and so its lock
CHANGES = [pytest.param(scenario, id=name) for name, scenario in SCENARIOS.items()]


@pytest.mark.parametrize(("scenario", "death"), MOMENTS)
def test_an_owner_that_was_overtaken_gives_the_answer_of_the_other(scenario: Scenario, death: Death) -> None:
    request = scenario.prepare()
    with Stopped(request, EXPIRED, death.call, death.moment) as owner:
        other = call(**request)
        late = owner.finish()
    assert other.status == scenario.status
    assert same(late) == same(other) == same(call(**request))
    assert census() == sorted(scenario.left)


@pytest.mark.parametrize("death", [Death(2, "after"), Death(3, "before")])
def test_an_owner_whose_version_was_changed_by_the_other_is_not_told_that_it_is_stale(death: Death) -> None:
    request = SCENARIOS["patch"].prepare()
    request["headers"] |= {"If-Match": '"v1"'}
    with Stopped(request, EXPIRED, death.call, death.moment) as owner:
        other = call(**request)
        late = owner.finish()
    assert other.status == 200
    assert same(late) == same(other)


@pytest.mark.parametrize("scenario", CHANGES)
def test_an_owner_that_comes_back_while_the_other_runs_is_told_to_wait(scenario: Scenario) -> None:
    request = scenario.prepare()
    with (
        Stopped(request, EXPIRED, scenario.calls, "before") as owner,
        Stopped(request, LIVE, scenario.calls, "before") as other,
    ):
        late = owner.finish()
        assert (late.status, late.headers["Retry-After"]) == (409, "1")
        answer = other.finish()
    assert answer.status == scenario.status
    assert same(call(**request)) == same(answer)
    assert census() == sorted(scenario.left)


@pytest.mark.parametrize("scenario", CHANGES)
def test_an_owner_that_fails_late_does_not_release_the_lock_of_the_other(
    scenario: Scenario, late: Callable[[Fault], Fault]
) -> None:
    request = scenario.prepare()
    with (
        Stopped(request, EXPIRED, scenario.calls, "before", then=late(cancelled("TransactionConflict"))) as owner,
        Stopped(request, LIVE, scenario.calls, "before") as other,
    ):
        assert owner.finish().status == 503
        assert call(**request, context=Context(LIVE)).status == 409
        answer = other.finish()
    assert answer.status == scenario.status
    assert same(call(**request)) == same(answer)
    assert census() == sorted(scenario.left)
