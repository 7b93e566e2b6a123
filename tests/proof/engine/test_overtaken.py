"""A lock that expires while its owner still lives, which meets the request that has it now.

An owner that comes back when that one is done: tests/faults, "stopped meanwhile".
"""

from collections.abc import Callable

from tests.api import Context, call
from tests.proof.engine.dynamodb import census
from tests.proof.engine.faults import Fault, Stopped, cancelled
from tests.proof.engine.scenarios import CREATED, create_note, same

EXPIRED, LIVE = 1, 10_000  # milliseconds that the function has left, and so its lock
COMMIT = 3  # the call, after the caller was counted and the key locked


def test_an_owner_that_comes_back_while_the_other_runs_is_told_to_wait() -> None:
    request = create_note()
    with (
        Stopped(request, EXPIRED, COMMIT, "before") as owner,
        Stopped(request, LIVE, COMMIT, "before") as other,
    ):
        late = owner.finish()
        assert (late.status, late.headers["Retry-After"]) == (409, "1")
        answer = other.finish()
    assert answer.status == 201
    assert same(call(**request)) == same(answer)
    assert census() == CREATED


def test_an_owner_that_fails_late_does_not_release_the_lock_of_the_other(
    late: Callable[[Fault], Fault],
) -> None:
    request = create_note()
    with (
        Stopped(request, EXPIRED, COMMIT, "before", then=late(cancelled("TransactionConflict"))) as owner,
        Stopped(request, LIVE, COMMIT, "before") as other,
    ):
        assert owner.finish().status == 503
        assert call(**request, context=Context(LIVE)).status == 409
        answer = other.finish()
    assert answer.status == 201
    assert same(call(**request)) == same(answer)
    assert census() == CREATED
