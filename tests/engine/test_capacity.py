"""Capacity units of each request, as an engine counts them, against tests/budgets.toml."""

import pytest

from tests.budgets.figures import CASE_IDS, CASES
from tests.budgets.requests import REQUESTS, stage


@pytest.mark.parametrize("case", CASES, ids=CASE_IDS)
def test_a_request_consumes_these_units(case: tuple[str, str], engine_name: str) -> None:
    calls = REQUESTS[case](stage()).cost()
    assert calls.reads == CASES[case]["reads"]
    if engine_name == "ministack":  # DynamoDB Local reports 2 units for a transaction of any size
        assert calls.writes == CASES[case]["writes"]
