"""Capacity units of each request, as an engine counts them, against tests/catalog."""

from functools import partial

import pytest

from neoforge import clock
from neoforge.dynamodb.sharded_feed import SHARDS
from scripts.proof.bench.counting import counted
from tests.api import call
from tests.callers import Local, begin_session
from tests.catalog import FUNCTIONS
from tests.catalog.world import Session
from tests.contract.database.recording import in_order
from tests.proof.engine.dynamodb import rows

CASES = [
    (handler, name)
    for handler, function in FUNCTIONS.items()
    for name, case in function.cases.items()
    if case.calls is not None
]


@pytest.mark.parametrize(("handler", "name"), CASES, ids=str)
def test_a_case_consumes_these_units(handler: str, name: str, engine_name: str) -> None:
    world, case = Local(), FUNCTIONS[handler].cases[name]
    request = case.prepare(world)
    with counted() as calls:
        assert world.send(request).status == case.status
    assert in_order(calls.operations) == case.calls
    if engine_name == "ministack":  # it reports nothing of a BatchGetItem, which takes half a unit an item
        assert calls.reads + SHARDS / 2 * calls.operations.count("BatchGetItem") == case.reads
        assert calls.writes == case.writes  # DynamoDB Local reports 2 units for a transaction of any size
    elif {"BatchGetItem", "Query", "Scan"} & set(
        calls.operations
    ):  # for what finds nothing DynamoDB Local reports nothing
        assert calls.reads <= case.reads
    else:
        assert calls.reads == case.reads


@pytest.mark.parametrize("sessions", [1, 5])
def test_to_let_a_caller_in_costs_one_write_unit_however_busy_it_is(
    ada: Session, sessions: int, engine_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    for _ in range(sessions - 1):
        ada = begin_session(ada)
    for seconds in range(0, 100, 10):  # more than a window: each bucket is in use, for reads and for writes
        monkeypatch.setattr(clock, "now", partial(float, now + seconds))
        for method, body in (("GET", None), ("PATCH", {})):
            with counted() as calls:
                assert call(method, "/v1/account", token=ada.token, body=body).status == 200
            assert calls.operations == ["UpdateItem", "GetItem"]
            assert calls.writes == 1, engine_name
    (access,) = (row for row in rows() if row["sk"] == "ACCESS")
    assert len(access["sessions"]) == sessions
    assert len([name for name in access if "#" in name]) == 14
