"""Cold starts: CPU time from the start of the process to its first answer, with the fake DynamoDB on loopback."""

from collections.abc import Collection, Iterable
from statistics import median
from typing import Any

from scripts.proof.bench.events import event
from scripts.proof.bench.fake_dynamodb.answers import Stored
from scripts.proof.bench.fake_dynamodb.server import FakeDynamoDB
from scripts.proof.bench.layout import Layout
from scripts.proof.bench.processes import environment, floor, ours, peers, run
from scripts.proof.bench.ratios import ratios
from scripts.proof.bench.subject import subject

FLOOR = "B: botocore GetItem"
KEY = {"pk": {"S": "READY"}, "sk": {"S": "READY"}}
FIELDS = ("cold_ms", "first_ms", "warm_ms", "modules", "status")


def cases(layout: Layout, handlers: Iterable[str], rivals: Collection[str]) -> dict[str, dict[str, Any]]:
    """Create the cases by name: the floor, our handlers, the peers' GET and POST."""
    made = {FLOOR: floor(layout, [["get_item", {"TableName": "bench", "Key": KEY}]])}
    made |= {name: ours(layout, name, event(name)) for name in handlers}
    for method, module in (("GET", subject().get), ("POST", subject().create)) if rivals else ():
        made |= {f"{name} {method}": case for name, case in peers(layout, method, event(module), rivals).items()}
    return made


def measure(given: dict[str, dict[str, Any]], stored: Stored, rounds: int) -> dict[str, Any]:
    """Run every case once a round, by turns; return the least and the median of each, and its ratios to the floor."""
    results: dict[str, list[list[float]]] = {name: [] for name in given}
    logs: dict[str, str] = {}
    with FakeDynamoDB(stored) as database:
        for _ in range(rounds):
            for name, case in given.items():
                result, logs[name] = run("cold", case, environment(database.endpoint))
                results[name].append(result)
    bare = [first for first, *_ in results[FLOOR]]
    return {name: _summary(values, bare) | {"log": _logged(logs[name])} for name, values in results.items()}


def _summary(values: list[list[float]], bare: list[float]) -> dict[str, Any]:
    columns = dict(zip(FIELDS, zip(*values, strict=True), strict=True))
    least = {name: round(min(column), 3) for name, column in columns.items()}
    times = columns["cold_ms"]
    return least | {"cold_median_ms": round(median(times), 3), "ratio": ratios(times, bare)}


def _logged(output: str) -> dict[str, list[int]]:
    """Count the bytes and lines that the first and the second request logged, line ends included."""
    first, second, _ = output.split("\x1e\n")
    return {name: [len(part.encode()), part.count("\n")] for name, part in (("first", first), ("warm", second))}
