"""Instructions of a cold start, counted by valgrind: unlike time, the same on a busy machine.

As a ratio to the floor in the same run, since the number itself depends on the interpreter's build.
"""

import re
import shutil
import sysconfig
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import run

import pytest

from tests.budgets.figures import INSTRUCTIONS
from tests.budgets.processes import Lambda

VALGRIND = shutil.which("valgrind")
COUNT = [VALGRIND or "", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
FLOOR = ""
RATIOS: dict[str, float] = INSTRUCTIONS["ratio"]

pytestmark = pytest.mark.skipif(not VALGRIND, reason="INSTRUCTIONS NOT COUNTED: valgrind is not on this machine")


@pytest.fixture(scope="module")
def counts(aws: Lambda) -> dict[str, int]:
    """Millions of instructions until the first answer; the floor is the SDK as it is delivered."""
    site_packages = sysconfig.get_path("purelib")
    assert list(Path(site_packages, "botocore/__pycache__").glob("client.*.pyc")), "make setup compiles the floor"

    def count(module: str) -> int:
        command = aws.command(module, None if module else [site_packages])
        done = run([*COUNT, *command], env=aws.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        found = re.search(r"I\s+refs:\s+([\d,]+)", done.stderr)
        assert found, done.stderr
        return int(found[1].replace(",", "")) // 1_000_000

    names = [FLOOR, *RATIOS]
    with ThreadPoolExecutor(max_workers=2) as pool:
        return dict(zip(names, pool.map(count, names), strict=True))


@pytest.mark.parametrize("module", RATIOS)
def test_a_cold_start_takes_few_instructions(counts: dict[str, int], module: str) -> None:
    ratio = counts[module] / counts[FLOOR]
    assert ratio <= RATIOS[module] * (1 + INSTRUCTIONS["tolerance"]), counts
