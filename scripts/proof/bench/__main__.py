"""Measures the cost of a request, together with its floors and its peers in the same run (docs/performance.md).

    python -m scripts.proof.bench [--quick]

Prints tables and writes build/bench.json. Times vary with the machine and its load, ratios within a run less, and
instructions (which --quick does not count) hardly.
"""

import argparse
import json
import os
import platform
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher

from scripts import ROOT
from scripts.local.dynamodb_local import dynamodb_local, running
from scripts.local.emulator import Emulator
from scripts.proof.bench import cold, instructions, rate, report, warm
from scripts.proof.bench.fake_dynamodb.answers import Stored
from scripts.proof.bench.fake_dynamodb.stored import stored
from scripts.proof.bench.layout import lay_out
from scripts.proof.bench.plan import full, quick
from scripts.proof.bench.processes import run_module
from scripts.proof.bench.targets import judge

RESULT = ROOT / "build" / "bench.json"


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure what a request costs.")
    parser.add_argument("--quick", action="store_true", help="only what has a target, without instructions")
    given = parser.parse_args()
    plan = quick() if given.quick else full()
    hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)  # as in neoforge/accounts/passwords.py
    table, layout = stored(hasher.hash), lay_out()
    found: dict[str, Any] = {
        "command": "make bench-quick" if given.quick else "make bench",
        "machine": f"{os.cpu_count()} cores {platform.machine()}, Python {platform.python_version()}",
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "sizes": layout.sizes,
    }
    started = cold.cases(layout, plan.handlers, plan.peers)
    routes = warm.routes(layout, table, plan.requests, plan.peers)
    found["cold"] = _step("cold starts", lambda: cold.measure(started, table, plan.rounds))
    found["warm"] = _step("warm calls", lambda: warm.measure(routes, plan.batches))
    found["capacity"] = _step("capacity", lambda: _capacity(table))
    found["growth"] = _step("growth", lambda: _growth(plan.sizes))
    found["rate"] = found["instructions"] = {}
    if plan.thorough:
        found["rate"] = _step("requests per second", rate.measure)
        found["instructions"] = _step("instructions", lambda: instructions.measure(layout, table, routes, plan.peers))
    found["targets"] = [asdict(target) | {"met": target.met} for target in judge(found)]
    RESULT.write_text(json.dumps(found, indent=1) + "\n")
    report.show(found)


def _step(name: str, measure: Callable[[], Any]) -> Any:
    print(f"measuring {name} …", flush=True)
    return measure()


def _capacity(table: Stored) -> Any:
    with Emulator() as emulator, tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(json.dumps(table["items"]))
        file.flush()
        return run_module("scripts.proof.bench.capacity", str(Path(file.name)), AWS_ENDPOINT_URL=emulator.endpoint)


def _growth(sizes: tuple[str, ...]) -> Any:
    """Measure on DynamoDB Local only: in MiniStack the time of a Query grows with its partition."""
    jar = dynamodb_local()
    if jar is None:
        return {}
    with running(jar) as endpoint:
        return run_module("scripts.proof.bench.growth", *sizes, AWS_ENDPOINT_URL=endpoint)


if __name__ == "__main__":
    main()
