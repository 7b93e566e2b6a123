"""The targets of issue 3, each with the figure that was measured."""

from dataclasses import dataclass
from typing import Any

from scripts.bench.cold import FLOOR

GET, POST, COOKBOOK, FASTAPI = "projects.get", "projects.create", "the same + Tracer", "FastAPI + Mangum"
BYTES, LINES = 650, 2
MB = 1_000_000


@dataclass(frozen=True)
class Target:
    """What is wanted, the most that it may be, and what it is."""

    what: str
    limit: float
    figure: float

    @property
    def met(self) -> bool:
        """Tell whether it is reached."""
        return self.figure <= self.limit


def judge(found: dict[str, Any]) -> list[Target]:
    """Compare the figures with the targets."""
    parts = (_cold(found["cold"]), _warm(found["warm"]), _fixed(found))
    return [target for part in parts for target in part]


def _cold(cold: dict[str, Any]) -> list[Target]:
    def ratio(ours: str, other: str) -> float:
        return float(cold[ours]["cold_ms"] / cold[other]["cold_ms"])

    return [
        Target("cold GET / B", 1.15, ratio(GET, FLOOR)),
        Target("cold idempotent POST / B", 1.30, ratio(POST, FLOOR)),
        Target("cold GET / cookbook's", 0.65, ratio(GET, f"{COOKBOOK} GET")),
        Target("cold POST / cookbook's", 0.50, ratio(POST, f"{COOKBOOK} POST")),
        Target("cold GET / FastAPI's", 0.55, ratio(GET, f"{FASTAPI} GET")),
        Target("cold POST / FastAPI's", 0.55, ratio(POST, f"{FASTAPI} POST")),
        Target("first GET / a warm one", 5, cold[GET]["first_ms"] / cold[GET]["warm_ms"]),
        Target("first POST / a warm one", 5, cold[POST]["first_ms"] / cold[POST]["warm_ms"]),
        Target("modules of GET", 460, cold[GET]["modules"]),
        Target("modules of POST", 545, cold[POST]["modules"]),
    ]


def _warm(warm: dict[str, Any]) -> list[Target]:
    limits = {"GET one": 1.35, "GET list of 20": 1.0, "POST with key": 1.3, "PATCH with key": 1.3}
    targets = []
    for route, limit in limits.items():
        cpu = warm[route]["cpu_us"]
        targets.append(Target(f"warm {route} / floor", limit, cpu["ours"]["ratio"]))
        rivals = {name: one["min"] for name, one in cpu.items() if name not in {"ours", "floor"}}
        if rivals:
            targets.append(Target(f"warm {route} / the best peer", 1.0, cpu["ours"]["min"] / min(rivals.values())))
    return targets


def _fixed(found: dict[str, Any]) -> list[Target]:
    ours = {name: one["log"] for name, one in found["cold"].items() if "." in name}
    logged = [part for one in ours.values() for part in one.values()]
    targets = [
        Target("dependencies layer, zipped MB", 8.5, found["sizes"]["dependencies"]["zipped"] / MB),
        Target("log bytes of a successful request", BYTES, max(size for size, _ in logged)),
        Target("log lines of a successful request", LINES, max(lines for _, lines in logged)),
    ]
    if growth := found["growth"]:
        units = [page["read_units"] for pages in growth.values() for page in pages.values()]
        targets.append(Target("dearest page / cheapest, in read units", 1.0, max(units) / min(units)))
    return targets
