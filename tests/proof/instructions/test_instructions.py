"""Instructions of a cold start, counted by valgrind: unlike time, the same on a busy machine.

As a ratio to the floor in the same run, since the number itself depends on the interpreter's build.
"""

import sysconfig
from pathlib import Path

import pytest

from scripts.proof.bench.instructions import VALGRIND, count
from tests.budgets.figures import TOLERANCE
from tests.budgets.processes import Lambda
from tests.catalog import FUNCTIONS

FLOOR = ""
RATIOS = {handler: row.instructions for handler, row in FUNCTIONS.items() if row.instructions}

pytestmark = pytest.mark.skipif(not VALGRIND, reason="INSTRUCTIONS NOT COUNTED: valgrind is not on this machine")


@pytest.fixture(scope="module")
def counts(aws: Lambda) -> dict[str, int]:
    """Instructions until the first answer; the floor is the SDK as it is delivered."""
    site_packages = sysconfig.get_path("purelib")
    assert list(Path(site_packages, "botocore/__pycache__").glob("client.*.pyc")), "make setup compiles the floor"
    return count(
        {FLOOR: aws.command(FLOOR, [site_packages])} | {name: aws.command(name) for name in RATIOS}, aws.environment
    )


@pytest.mark.parametrize("module", RATIOS)
def test_a_cold_start_takes_few_instructions(counts: dict[str, int], module: str) -> None:
    ratio = counts[module] / counts[FLOOR]
    assert ratio <= RATIOS[module] * (1 + TOLERANCE), counts
