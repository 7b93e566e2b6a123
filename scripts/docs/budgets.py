"""What each request costs the database, from tests/catalog, which the tests assert."""

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from scripts.build.template import functions
from scripts.ops.environment import TEMPLATE
from tests.catalog import FUNCTIONS


class Cost(NamedTuple):
    """One case of a request: projects.create, with-key."""

    function: str
    operation: str  # POST /v1/projects, or the name of a schedule
    case: str
    calls: tuple[str, ...]
    reads: float
    writes: float

    @property
    def round_trips(self) -> int:
        """How often the database is waited for: the partitions of a feed are asked at the same time."""
        return len(list(self.steps))

    @property
    def steps(self) -> Iterator[str]:
        """The calls in their order; those that are made at the same time are one step."""
        for listed, group in groupby(self.calls, key=lambda name: name in {"BatchGetItem", "Query"}):
            calls = list(group)
            if listed and len(calls) >= MANY:
                totals = "BatchGetItem and " if "BatchGetItem" in calls else ""
                yield f"{totals}{calls.count('Query')} Query at once"
            else:
                yield from calls


MANY = 8  # queries: the partitions of a feed


def costs() -> list[Cost]:
    """Return every case that has a budget, in the order of the template."""
    return [
        Cost(handler, one["Description"], name, case.calls, case.reads, case.writes)
        for one in functions(TEMPLATE).values()
        for handler in [one["Handler"].removesuffix(".handler")]
        for name, case in FUNCTIONS[handler].cases.items()
        if case.calls is not None
    ]


def table() -> str:
    """Write the table of docs/access-patterns.md."""
    lines = ["| Operation | Case | Calls | Round trips | Read | Write |", "|---|---|---|---|---|---|"]
    before = ""
    for cost in costs():
        operation = "" if cost.operation == before else f"`{cost.operation}`"
        before = cost.operation
        calls = ", ".join(cost.steps) or "none"
        units = f"{cost.reads:g} | {cost.writes:g}"
        lines.append(f"| {operation} | {cost.case.replace('-', ' ')} | {calls} | {cost.round_trips} | {units} |")
    return "\n".join(lines)
