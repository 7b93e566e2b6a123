"""Warm calls: CPU time of a request with botocore's HTTP `send` answered from memory, against the bare calls of it.

The floor of a route is a raw client of the stock SDK that makes the very calls that our handler was seen to make. For
the list it reads projects of 14 single attributes, as they would be stored without a document.
"""

import json
import os
import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median
from typing import Any

from scripts import ROOT
from scripts.proof.bench.events import warm_requests
from scripts.proof.bench.fake_dynamodb import Item
from scripts.proof.bench.layout import Layout
from scripts.proof.bench.processes import Warm, environment, floor, ours, peers, run
from scripts.proof.bench.ratios import ratios

NOWHERE = environment("http://127.0.0.1:9")
OURS, FLOOR = "ours", "floor"
PEERS_OF = {"GET one": 0, "POST with key": 1}
MADE = {"id", "created_at", "updated_at"}  # members that differ from call to call


@dataclass(frozen=True)
class Route:
    """The database calls that a request makes, and who answers it: the floor, we, peers."""

    calls: list[str]
    cases: dict[str, dict[str, Any]]


def routes(layout: Layout, items: dict[str, Item], names: Iterable[str], rivals: Iterable[str]) -> dict[str, Route]:
    """Make the named routes. Raises RuntimeError if a peer answers otherwise than we do."""
    requests, more = warm_requests(), {"items": items, "root": str(ROOT)}

    def make(name: str) -> Route:
        module, event = requests[name]
        mine = ours(layout, module, event) | more
        status, body, collect_usage = run("calls", mine, NOWHERE)[0]
        bare = floor(layout, [[_snake(operation), parameters] for operation, parameters in collect_usage])
        cases = {FLOOR: bare | more | {"wide": name.startswith("GET list")}, OURS: mine}
        if name in PEERS_OF:
            others = peers(layout, PEERS_OF[name], event, rivals)
            cases |= {rival: case | more for rival, case in others.items()}
        for rival in set(cases) - {FLOOR, OURS}:
            _check(rival, cases[rival], status, body)
        return Route([operation for operation, _ in collect_usage], cases)

    names = tuple(names)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(names, pool.map(make, names), strict=True))


def measure(given: dict[str, Route], batches: int) -> dict[str, Any]:
    """Measure a batch of every case by turns, each in a process that stays."""
    with ExitStack() as exits:
        started = {
            route: {name: exits.enter_context(Warm(case, NOWHERE)) for name, case in of.cases.items()}
            for route, of in given.items()
        }

        def batch() -> dict[str, dict[str, float]]:
            return {route: {name: one.batch() for name, one in of.items()} for route, of in started.items()}

        batch()  # and forget it: others still start beside it
        rounds = [batch() for _ in range(batches)]
    return {
        route: {
            "calls": of.calls,
            "cpu_us": _summary({name: [one[route][name] for one in rounds] for name in of.cases}),
        }
        for route, of in given.items()
    }


def _check(name: str, case: dict[str, Any], status: int, body: str) -> None:
    """Only what gives the same answer may be compared. Raises RuntimeError."""
    theirs = run("calls", case, NOWHERE)[0]
    if theirs[0] != status or _same(theirs[1]) != _same(body):
        raise RuntimeError(f"{name} answers {theirs[0]} {theirs[1]}, we {status} {body}")


def _same(body: str) -> Any:
    document = json.loads(body)
    return {name: value for name, value in document.items() if name not in MADE}, set(document)


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
