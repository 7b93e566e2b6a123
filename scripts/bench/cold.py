"""Cold starts: CPU time from the start of the process to its first answer, DynamoDB a server in memory on loopback."""

from statistics import median
from typing import Any

from scripts.bench.canned import Answers, Canned, Item
from scripts.bench.events import ROOT, event
from scripts.bench.layout import Layout
from scripts.bench.processes import environment, floor, ours, peers, run
from scripts.template import load_template

FLOOR = "B: botocore GetItem"
KEY = {"pk": {"S": "READY"}, "sk": {"S": "READY"}}
FIELDS = ("cold_ms", "first_ms", "warm_ms", "modules", "status")


def handlers() -> list[str]:
    """Name the module of each function of the template."""
    resources = load_template(ROOT / "template.yaml")["Resources"].values()
    handlers = (one["Properties"]["Handler"] for one in resources if one["Type"] == "AWS::Serverless::Function")
    return [str(handler).removesuffix(".handler") for handler in handlers]


def measure(layout: Layout, items: dict[str, Item], rounds: int) -> dict[str, Any]:
    """Run every case once a round, by turns; keep the least and the median of each."""
    cases = {FLOOR: floor(layout, [["get_item", {"TableName": "bench", "Key": KEY}]])}
    cases |= {name: ours(layout, name, event(name)) for name in handlers()}
    for index, route in enumerate(("GET", "POST")):
        given = event(("projects.get", "projects.create")[index])
        cases |= {f"{name} {route}": case for name, case in peers(layout, index, given).items()}
    results: dict[str, list[list[float]]] = {name: [] for name in cases}
    logs: dict[str, str] = {}
    with Canned(Answers(items)) as canned:
        for _ in range(rounds):
            for name, case in cases.items():
                result, logs[name] = run("cold", case, environment(canned.endpoint))
                results[name].append(result)
    return {name: _summary(values) | {"log": _logged(logs[name])} for name, values in results.items()}


def _summary(values: list[list[float]]) -> dict[str, Any]:
    columns = dict(zip(FIELDS, zip(*values, strict=True), strict=True))
    least = {name: round(min(column), 3) for name, column in columns.items()}
    return least | {"cold_median_ms": round(median(columns["cold_ms"]), 3)}


def _logged(output: str) -> dict[str, list[int]]:
    """Count bytes and lines that the first and the second request logged, ends of lines included."""
    first, second, _ = output.split("\x1e\n")
    return {name: [len(part.encode()), part.count("\n")] for name, part in (("first", first), ("warm", second))}
