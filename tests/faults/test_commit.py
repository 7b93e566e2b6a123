"""The worst fault of each write: it is committed, and nobody hears of it. All others: tests/proof/faults."""

import pytest

from tests.proof.engine.workers import Fleet, load
from tests.proof.faults import cases
from tests.proof.faults.kinds import KINDS, READS
from tests.proof.faults.writes import WRITES


@pytest.fixture(scope="session", autouse=True)
def _handlers() -> None:
    load()


@pytest.mark.parametrize("kind", ["killed after", "answer lost"])
@pytest.mark.parametrize("name", WRITES)
def test_a_write_whose_commit_nobody_hears_of_is_done_once(name: str, kind: str, fleet: Fleet) -> None:
    write = WRITES[name]
    recording = cases.record(write)
    commit = max(number for number, one in enumerate(recording.operations, 1) if one not in READS)
    cases.restore(recording, fleet.engine)
    cases.run(write, recording, KINDS[kind], commit, fleet)
