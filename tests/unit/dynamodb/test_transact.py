"""transact(): a unit of work that is built again when it conflicts."""

import pytest

from neoforge import clock
from neoforge.dynamodb.transaction import UnitOfWork, transact
from neoforge.errors import NotFound, Unavailable
from tests.functions.helpers import client_error
from tests.unit.dynamodb.conftest import CANCELLED, FAILED, Use, three, tokens

pytestmark = pytest.mark.usefixtures("pauses")


def test_a_unit_of_work_that_conflicts_is_built_again_and_its_callbacks_run_once(use: Use, pauses: list[int]) -> None:
    fake, built = use(client_error(CANCELLED, "None", "None", FAILED), None), list[UnitOfWork]()
    told = list[int]()

    def build(work: UnitOfWork) -> int:
        built.append(work)
        number = len(built)
        work.after_commit(lambda: told.append(number))
        work.writes += three().writes
        return len(built)

    assert transact(build) == 2
    assert told == [2]
    assert built[0] is not built[1]
    assert len(set(tokens(fake))) == 2
    assert pauses == [0]


def test_a_unit_of_work_is_not_built_again_after_the_deadline(use: Use, monkeypatch: pytest.MonkeyPatch) -> None:
    fake, moments = use(*[client_error(CANCELLED, "None", "None", FAILED)] * 100), iter(range(100))
    monkeypatch.setattr(clock, "monotonic", lambda: float(next(moments)))
    with clock.limited(4.5), pytest.raises(Unavailable):
        transact(lambda work: work.writes.extend(three().writes))
    assert len(fake.calls) == 6


@pytest.mark.parametrize("error", [NotFound(), RuntimeError("bug")], ids=repr)
def test_an_error_of_build_is_raised_and_nothing_is_written(error: Exception, use: Use) -> None:
    fake = use()

    def build(work: UnitOfWork) -> None:
        work.writes += three().writes
        raise error

    with pytest.raises(type(error)):
        transact(build)
    assert fake.calls == []
