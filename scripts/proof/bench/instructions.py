"""Instructions, counted by valgrind: unlike time, the same on a busy machine, so they settle what CPU times leave open.

Each is that of a whole process. A warm call is the difference between two processes that answer less and more often.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from scripts.proof.bench import cold
from scripts.proof.bench.fake_dynamodb import Answers, Canned, Item
from scripts.proof.bench.layout import Layout
from scripts.proof.bench.processes import PEERS, command, environment
from scripts.proof.bench.warm import NOWHERE, Route

VALGRIND = shutil.which("valgrind")
COUNT = [VALGRIND or "", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
SAME = {"PYTHONHASHSEED": "0"}  # or sets and dicts are walked in another order each time
HANDLERS = ("projects.get", "projects.list", "projects.create", "projects.update")
LESS, MORE = 40, 60  # calls of a process; of the first few Python still adapts the bytecode


def measure(layout: Layout, items: dict[str, Item], routes: Mapping[str, Route]) -> dict[str, Any]:
    """Count cold starts and warm calls; nothing without valgrind."""
    return {"cold": _cold(layout, items), "warm": _warm(routes)} if VALGRIND else {}


def count(commands: Mapping[Any, list[str]], variables: Mapping[str, str]) -> dict[Any, int]:
    """Give the instructions of each program, run one on each processor. Raises RuntimeError if one fails."""

    def one(program: list[str]) -> int:
        done = subprocess.run(
            [*COUNT, *program], env={**variables, **SAME}, capture_output=True, text=True, check=False
        )
        found = re.search(r"I\s+refs:\s+([\d,]+)", done.stderr)
        if done.returncode or not found:
            raise RuntimeError(done.stdout + done.stderr)
        return int(found[1].replace(",", ""))

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(commands, pool.map(one, commands.values()), strict=True))


def _cold(layout: Layout, items: dict[str, Item]) -> dict[str, int]:
    """Count from the start of the process to its first answer."""
    cases = cold.cases(layout, HANDLERS, PEERS)
    with Canned(Answers(items)) as canned:
        return count({name: command("first", case) for name, case in cases.items()}, environment(canned.endpoint))


def _warm(routes: Mapping[str, Route]) -> dict[str, dict[str, float]]:
    """Count a call."""
    counts = count(
        {
            (route, name, times): command("repeat", case | {"times": times})
            for route, of in routes.items()
            for name, case in of.cases.items()
            for times in (LESS, MORE)
        },
        NOWHERE,
    )
    return {
        route: {name: (counts[route, name, MORE] - counts[route, name, LESS]) / (MORE - LESS) for name in of.cases}
        for route, of in routes.items()
    }
