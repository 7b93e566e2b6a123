"""Instructions, counted by valgrind: unlike time, the same on a busy machine, so they settle what CPU times leave open.

Each is that of a whole process. A warm call is the difference between two processes that answer less and more often.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from scripts.proof.bench import cold
from scripts.proof.bench.fake_dynamodb.answers import Stored
from scripts.proof.bench.fake_dynamodb.server import FakeDynamoDB
from scripts.proof.bench.layout import Layout
from scripts.proof.bench.processes import command, environment
from scripts.proof.bench.subject import subject
from scripts.proof.bench.warm import NOWHERE, Route

VALGRIND = shutil.which("valgrind")
COUNT = [VALGRIND or "", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
SAME = {"PYTHONHASHSEED": "0"}  # or sets are iterated in another order each time
LESS, MORE = 40, 60  # calls of a process; of the first few Python still adapts the bytecode


def measure(layout: Layout, stored: Stored, routes: Mapping[str, Route], rivals: Collection[str]) -> dict[str, Any]:
    """Count cold starts and warm calls; empty without valgrind."""
    return {"cold": _cold(layout, stored, rivals), "warm": _warm(routes)} if VALGRIND else {}


def count(commands: Mapping[Any, list[str]], variables: Mapping[str, str]) -> dict[Any, int]:
    """Count the instructions of each program, one on each processor. Raises RuntimeError if one fails."""

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


def _cold(layout: Layout, stored: Stored, rivals: Collection[str]) -> dict[str, int]:
    """Count from the start of the process to its first answer."""
    _, *handlers = subject()
    cases = cold.cases(layout, handlers, rivals)
    with FakeDynamoDB(stored) as database:
        return count({name: command("first", case) for name, case in cases.items()}, environment(database.endpoint))


def _warm(routes: Mapping[str, Route]) -> dict[str, dict[str, float]]:
    """Count one call of each route."""
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
