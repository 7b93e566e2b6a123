"""Warm calls: CPU time of a request with botocore's HTTP `send` answered from memory, against the bare calls of it.

The floor of a route is a raw client of the stock SDK that makes the very calls that our handler was seen to make. For
the list it reads projects of 14 single attributes, as they would be stored without a document.
"""

import json
import re
from contextlib import ExitStack
from statistics import median
from typing import Any

from scripts.bench.canned import Item
from scripts.bench.events import ROOT, warm_requests
from scripts.bench.layout import Layout
from scripts.bench.processes import Warm, environment, floor, ours, peers, run

NOWHERE = "http://127.0.0.1:9"
OURS, FLOOR = "ours", "floor"
PEERS_OF = {"GET one": 0, "POST with key": 1}
MADE = {"id", "created_at", "updated_at"}  # members that differ from call to call


def measure(layout: Layout, items: dict[str, Item], batches: int) -> dict[str, Any]:
    """Measure a batch of every case by turns, each in a process that stays."""
    variables = environment(NOWHERE)
    more = {"items": items, "root": str(ROOT)}
    cases, calls = {}, {}
    for route, (module, event) in warm_requests().items():
        mine = ours(layout, module, event) | more
        status, body, noted = run("calls", mine, variables)[0]
        calls[route] = [operation for operation, _ in noted]
        bare = floor(layout, [[_snake(operation), parameters] for operation, parameters in noted])
        cases[route] = {FLOOR: bare | more | {"wide": route.startswith("GET list")}, OURS: mine}
        if route in PEERS_OF:
            rivals = {name: case | more for name, case in peers(layout, PEERS_OF[route], event).items()}
            _check(rivals, status, body, variables)
            cases[route] |= rivals
    with ExitStack() as exits:
        started = {
            route: {name: exits.enter_context(Warm(case, variables)) for name, case in of.items()}
            for route, of in cases.items()
        }
        rounds = [
            {route: {name: one.batch() for name, one in of.items()} for route, of in started.items()}
            for _ in range(batches)
        ]
    return {
        route: {"calls": calls[route], "cpu_us": _summary({name: [one[route][name] for one in rounds] for name in of})}
        for route, of in cases.items()
    }


def _check(rivals: dict[str, dict[str, Any]], status: int, body: str, variables: dict[str, str]) -> None:
    """Only what gives the same answer may be compared. Raises RuntimeError."""
    for name, case in rivals.items():
        theirs = run("calls", case, variables)[0]
        if theirs[0] != status or _same(theirs[1]) != _same(body):
            raise RuntimeError(f"{name} answers {theirs[0]} {theirs[1]}, we {status} {body}")


def _same(body: str) -> Any:
    document = json.loads(body)
    return {name: value for name, value in document.items() if name not in MADE}, set(document)


def _snake(operation: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation).lower()


def _summary(of: dict[str, list[float]]) -> dict[str, Any]:
    floor_us = min(of[FLOOR])
    return {
        name: {
            "min": round(min(times), 1),
            "median": round(median(times), 1),
            "ratio": round(min(times) / floor_us, 3),
            "median_ratio": round(median(times) / median(of[FLOOR]), 3),
        }
        for name, times in of.items()
    }
