"""What a load took: answers, times and memory."""

import math
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

PERCENTILES = (50, 95, 99, 100)
_ID = re.compile(r"(?<=/)[a-z]{3}_[0-9a-f-]{36}|\?.*")
MEGABYTE = 1024


class Meter:
    """Times of requests by class of route, and answers by status. Lists and counters need no lock of ours (the GIL)."""

    def __init__(self) -> None:
        self.times: defaultdict[str, list[float]] = defaultdict(list)
        self.statuses: Counter[int] = Counter()
        self.given_up = 0

    def add(self, method: str, path: str, seconds: float, status: int) -> None:
        """Remember an answer."""
        self.times[f"{method} {_ID.sub('', path)}"].append(seconds)
        self.statuses[status] += 1

    def rows(self) -> Iterator[str]:
        """Write the table of percentiles, in milliseconds."""
        yield f"{'':42}{'count':>8}" + "".join(f"{f'p{p}' if p < 100 else 'max':>8}" for p in PERCENTILES)  # noqa: PLR2004 - per cent
        everything = {"all": [one for times in self.times.values() for one in times]}
        for name, times in [*sorted(self.times.items()), *everything.items()]:
            ordered = sorted(times)
            figures = "".join(f"{percentile(ordered, p) * 1000:8.0f}" for p in PERCENTILES)
            yield f"{name:42}{len(times):8}{figures}"


def percentile(ordered: list[float], percent: int) -> float:
    """Give the smallest value that so many per cent of all do not exceed (nearest rank)."""
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)] if ordered else 0.0


class Process(NamedTuple):
    """A process as /proc shows it."""

    parent: int
    resident: float  # MB


def functions() -> dict[int, float]:
    """Resident memory in MB of the functions' processes, which are the emulator's children; Linux only."""
    processes = dict(_processes())
    emulators = {pid for pid, process in processes.items() if process.parent == os.getpid()}
    return {pid: process.resident for pid, process in processes.items() if process.parent in emulators}


def _processes() -> Iterator[tuple[int, Process]]:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
        except OSError:  # it has ended
            continue
        if "VmRSS" in status:
            yield int(folder.name), Process(int(status["PPid"]), int(status["VmRSS"].split()[0]) / MEGABYTE)


def growth(begin: dict[int, float], end: dict[int, float]) -> str:
    """Compare the memory of processes, in one line."""
    both = begin.keys() & end.keys()
    if not both:
        return "memory: no processes to be seen"
    before, after = (sum(sample[pid] for pid in both) / len(both) for sample in (begin, end))
    return (
        f"memory: {len(begin)} processes with {sum(begin.values()):.0f} MB at the begin, {len(end)} with "
        f"{sum(end.values()):.0f} MB at the end; a process of both {before:.1f} MB, then {after:.1f} MB"
    )
