"""Capacity units of each request, as an engine counts them, against tests/budgets.toml."""

from functools import partial

import pytest

from neoforge import clock
from neoforge.dynamodb.sharded_feed import SHARDS
from scripts.proof.bench.counting import counted
from tests.api import call
from tests.budgets.asked import stage
from tests.budgets.figures import CASE_IDS, CASES
from tests.budgets.requests import REQUESTS
from tests.proof.engine.dynamodb import Person, rows


@pytest.mark.parametrize("case", CASES, ids=CASE_IDS)
def test_a_request_consumes_these_units(case: tuple[str, str], engine_name: str) -> None:
    calls, budget = REQUESTS[case](stage()).cost(), CASES[case]
    if engine_name == "ministack":  # it reports nothing of a BatchGetItem, which takes half a unit an item
        assert calls.reads + SHARDS / 2 * calls.operations.count("BatchGetItem") == budget["reads"]
        assert calls.writes == budget["writes"]  # DynamoDB Local reports 2 units for a transaction of any size
    elif {"BatchGetItem", "Query"} & set(calls.operations):  # for what finds nothing DynamoDB Local reports nothing
        assert calls.reads <= budget["reads"]
    else:
        assert calls.reads == budget["reads"]


@pytest.mark.parametrize("sessions", [1, 5])
def test_to_let_a_caller_in_costs_one_write_unit_however_busy_it_is(
    ada: Person, sessions: int, engine_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    for _ in range(sessions - 1):
        ada = ada.again()
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
