"""Each case of the catalogue: its answer and its calls to the database. Their units: tests/proof/engine."""

import pytest

from tests.catalog import FUNCTIONS
from tests.contract.database.recording import Recorded, recordings

CASES = [(handler, case) for handler, function in FUNCTIONS.items() for case in function.cases]
each_case = pytest.mark.parametrize(("handler", "case"), CASES, ids=str)


def recorded(handler: str, case: str) -> Recorded:
    (found,) = (one for one in recordings(handler) if (one.case, one.variant) == (case, ""))
    return found


@each_case
def test_a_case_is_answered_with_its_status(handler: str, case: str) -> None:
    assert recorded(handler, case).status == FUNCTIONS[handler].cases[case].status


@each_case
def test_a_case_makes_these_calls(handler: str, case: str) -> None:
    expected = FUNCTIONS[handler].cases[case].calls
    assert expected is None or recorded(handler, case).operations == expected
