"""The targets of issue 3, each with the figure that was measured.

A ratio is one of CPU times, the median over rounds (ratios.py says why), and decides; where instructions were counted,
theirs stands beside it.
"""

from dataclasses import dataclass
from typing import Any

from scripts.proof.bench.cold import FLOOR
from scripts.proof.bench.processes import COOKBOOK, FASTAPI
from scripts.proof.bench.subject import subject
from scripts.proof.bench.warm import FLOOR as BARE
from scripts.proof.bench.warm import OURS

RATIO = "of_rounds"
BYTES, LINES = 650, 2
# Their success is a security event, which is logged.
WITH_EVENT = {"account.change_password", "auth.logout", "auth.revoke_session", "csp.create_report"}
MB = 1_000_000
# Name, limit, operation of the subject, and what it is compared with.
COLD = (
    ("cold GET / B", 1.15, "get", FLOOR),
    ("cold idempotent POST / B", 1.30, "create", FLOOR),
    ("cold GET / cookbook's", 0.65, "get", f"{COOKBOOK} GET"),
    ("cold POST / cookbook's", 0.50, "create", f"{COOKBOOK} POST"),
    ("cold GET / FastAPI's", 0.55, "get", f"{FASTAPI} GET"),
    ("cold POST / FastAPI's", 0.55, "create", f"{FASTAPI} POST"),
)
MODULES = (("GET", "get", 460), ("POST", "create", 545))
WARM = {"GET one": 1.35, "GET list of 20": 1.0, "POST with key": 1.3, "PATCH with key": 1.3}


@dataclass(frozen=True)
class Target:
    """A figure and its limit; `instructions`: the same figure by instructions."""

    what: str
    limit: float
    figure: float
    instructions: float | None = None

    @property
    def met(self) -> bool:
        return self.figure <= self.limit


def judge(found: dict[str, Any]) -> list[Target]:
    """Compare the figures with the targets; those whose cases were not measured are left out."""
    return [*_cold(found), *_warm(found), *_fixed(found)]


def _cold(found: dict[str, Any]) -> list[Target]:
    cold, counts = found["cold"], found["instructions"].get("cold", {})
    handlers = subject()._asdict()
    targets = [
        Target(what, limit, _ratio(cold, handlers[ours], other), _counted(counts, handlers[ours], other))
        for what, limit, ours, other in COLD
        if other in cold
    ]
    for what, operation, modules in MODULES:
        ours = handlers[operation]
        targets.append(Target(f"first {what} / a warm one", 5, cold[ours]["first_ms"] / cold[ours]["warm_ms"]))
        targets.append(Target(f"modules of {what}", modules, cold[ours]["modules"]))
    return targets


def _warm(found: dict[str, Any]) -> list[Target]:
    targets = []
    for route, limit in WARM.items():
        cpu, counts = found["warm"][route]["cpu_us"], found["instructions"].get("warm", {}).get(route, {})
        others = [(f"warm {route} / floor", limit, BARE)]
        if rivals := {name: one["ratio"][RATIO] for name, one in cpu.items() if name not in {OURS, BARE}}:
            others.append((f"warm {route} / the best peer", 1.0, min(rivals, key=rivals.__getitem__)))
        for what, most, other in others:
            targets.append(Target(what, most, _ratio(cpu, OURS, other), _counted(counts, OURS, other)))
    return targets


def _ratio(cases: dict[str, Any], ours: str, other: str) -> float:
    return float(cases[ours]["ratio"][RATIO] / cases[other]["ratio"][RATIO])


def _counted(counts: dict[str, float], ours: str, other: str) -> float | None:
    return counts[ours] / counts[other] if counts else None


def _fixed(found: dict[str, Any]) -> list[Target]:
    ours = {name: one["log"] for name, one in found["cold"].items() if "." in name and name not in WITH_EVENT}
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
