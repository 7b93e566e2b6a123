"""Round trips to the database: which calls a request makes. What they cost in units is measured in tests/engine."""

import pytest

from tests.budgets.asked import stage
from tests.budgets.figures import CASE_IDS, CASES
from tests.budgets.requests import REQUESTS


def test_every_request_has_a_budget() -> None:
    assert CASES.keys() == REQUESTS.keys()


@pytest.mark.usefixtures("moto_table")
@pytest.mark.parametrize("case", CASES, ids=CASE_IDS)
def test_a_request_makes_these_calls(case: tuple[str, str]) -> None:
    assert REQUESTS[case](stage()).cost().operations == CASES[case]["calls"]
