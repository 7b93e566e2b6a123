"""Warm calls: CPU time of a request with botocore's HTTP `send` answered from memory, against the bare calls of it.

The floor of a route is a bare client of the stock SDK that makes the same calls as our handler. For the list it reads
items of 14 single attributes, as they would be stored without a document.
"""

import json
import os
import re
from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median
from typing import Any

from scripts import ROOT
from scripts.proof.bench.fake_dynamodb.answers import Stored
from scripts.proof.bench.layout import Layout
from scripts.proof.bench.processes import Warm, environment, floor, ours, peers, run
from scripts.proof.bench.ratios import ratios
from scripts.proof.bench.subject import warm_requests

NOWHERE = environment("http://127.0.0.1:9")
OURS, FLOOR = "ours", "floor"
PEERS_OF = {"GET one": "GET", "POST with key": "POST"}
GENERATED = {"id", "created_at", "updated_at"}  # members that differ from call to call


@dataclass(frozen=True)
class Route:
    """The database calls of a request, and the cases that are compared: the floor, ours, the peers."""

    calls: list[str]
    cases: dict[str, dict[str, Any]]


def routes(layout: Layout, stored: Stored, names: Iterable[str], rivals: Collection[str]) -> dict[str, Route]:
    """Create the named routes. Raises RuntimeError if a peer's answer differs from ours."""
    requests, more = warm_requests(), {"stored": stored, "root": str(ROOT)}

    def create(name: str) -> Route:
        module, event = requests[name]
        mine = ours(layout, module, event) | more
        status, body, calls = run("calls", mine, NOWHERE)[0]
        bare = floor(layout, [[_snake(operation), parameters] for operation, parameters in calls])
        cases = {FLOOR: bare | more | {"wide": name.startswith("GET list")}, OURS: mine}
        if name in PEERS_OF:
            others = peers(layout, PEERS_OF[name], event, rivals)
            cases |= {rival: case | more for rival, case in others.items()}
        for rival in set(cases) - {FLOOR, OURS}:
            _check(rival, cases[rival], status, body)
        return Route([operation for operation, _ in calls], cases)

    names = tuple(names)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(names, pool.map(create, names), strict=True))


def measure(given: dict[str, Route], batches: int) -> dict[str, Any]:
    """Measure batches of every case by turns, each case in a process of its own."""
    with ExitStack() as exits:
        started = {
            route: {name: exits.enter_context(Warm(case, NOWHERE)) for name, case in of.cases.items()}
            for route, of in given.items()
        }

        def batch() -> dict[str, dict[str, float]]:
            return {route: {name: one.batch() for name, one in of.items()} for route, of in started.items()}

        batch()  # not counted: other processes are still starting
        rounds = [batch() for _ in range(batches)]
    return {
        route: {
            "calls": of.calls,
            "cpu_us": _summary({name: [one[route][name] for one in rounds] for name in of.cases}),
        }
        for route, of in given.items()
    }


def _check(name: str, case: dict[str, Any], status: int, body: str) -> None:
    """Raise RuntimeError unless a peer gives the same answer: anything else cannot be compared."""
    theirs = run("calls", case, NOWHERE)[0]
    if theirs[0] != status or _same(theirs[1]) != _same(body):
        raise RuntimeError(f"{name} answers {theirs[0]} {theirs[1]}, we {status} {body}")


def _same(body: str) -> Any:
    document = json.loads(body)
    return {name: value for name, value in document.items() if name not in GENERATED}, set(document)


def _snake(operation: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation).lower()


def _summary(of: dict[str, list[float]]) -> dict[str, Any]:
    return {
        name: {
            "min": round(min(times), 1),
            "median": round(median(times), 1),
            "ratio": ratios(times, of[FLOOR]),
        }
        for name, times in of.items()
    }
