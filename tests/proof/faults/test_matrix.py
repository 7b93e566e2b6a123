"""Each write of the template, each kind of fault, each call of the write: what the client is told and finds is as if
nothing had gone wrong."""

from collections.abc import Callable

import pytest

from tests.api import route_of
from tests.catalog import ENDPOINTS, FUNCTIONS
from tests.proof.engine.workers import Fleet, load
from tests.proof.faults import cases
from tests.proof.faults.cases import Recording
from tests.proof.faults.kinds import KINDS, READS, Kind
from tests.proof.faults.tally import CASES
from tests.proof.faults.writes import WRITES

Recorded = Callable[[str], Recording]
KIND_PARAMS = [pytest.param(kind, id=name) for name, kind in KINDS.items()]


@pytest.fixture(scope="session")
def _recordings(engine_name: str) -> dict[str, Recording]:
    load()
    return {}


@pytest.fixture
def recorded(_recordings: dict[str, Recording]) -> Recorded:
    """Gives what a write does that goes well; it is run once."""

    def give(name: str) -> Recording:
        if name not in _recordings:
            _recordings[name] = cases.record(WRITES[name])
        return _recordings[name]

    return give


def test_every_write_and_every_job_is_in_the_matrix() -> None:
    reads = {handler for handler in ENDPOINTS if route_of(handler)[0] == "GET"}
    missing = FUNCTIONS.keys() - reads - {write.function.handler for write in WRITES.values()}
    assert not missing, f"tests/catalog: no case of {', '.join(sorted(missing))} says what it leaves"


@pytest.mark.parametrize("name", WRITES)
def test_a_write_that_goes_well_writes(name: str, recorded: Recorded) -> None:
    assert set(recorded(name).operations) - READS


@pytest.mark.parametrize("kind", KIND_PARAMS)
@pytest.mark.parametrize("name", WRITES)
def test_whatever_goes_wrong_it_is_done_once(
    name: str, kind: Kind, recorded: Recorded, fleet: Fleet, record_property: Callable[[str, object], None]
) -> None:
    write, recording = WRITES[name], recorded(name)
    tried, failed = 0, list[Exception]()
    for number, operation in enumerate(recording.operations, start=1):
        if not kind.applies(operation):
            continue
        cases.restore(recording, fleet.engine)
        tried += 1
        try:
            cases.run(write, recording, kind, number, fleet)
        except AssertionError as error:
            error.add_note(f"{name}: {kind.name} at call {number}, {operation}")
            failed.append(error)
    record_property(CASES, (name, kind.name, tried - len(failed), tried))
    if failed:
        raise ExceptionGroup(f"{len(failed)} cases", failed)
