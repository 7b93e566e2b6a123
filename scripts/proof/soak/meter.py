"""Measures a load: answers, times and memory."""

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
    """Times by route, and answers by status. Thread-safe, as appending and counting hold the GIL."""

    def __init__(self) -> None:
        self.times: defaultdict[str, list[float]] = defaultdict(list)
        self.statuses: Counter[int] = Counter()
        self.abandoned = 0

    def add(self, method: str, path: str, seconds: float, status: int) -> None:
        """Record an answer; status 0: none."""
        self.times[f"{method} {_ID.sub('', path)}"].append(seconds)
        self.statuses[status] += 1

    def print(self, took: float) -> None:
        """Print what was measured in these seconds."""
        print("\n".join(self.rows()))
        count = sum(self.statuses.values())
        print(f"{count} answers in {took:.0f} s: {count / took:.1f} a second; {self.abandoned} requests abandoned")
        print("answers by status (0: none):", dict(sorted(self.statuses.items())))

    def rows(self) -> Iterator[str]:
        """Yield the lines of a table of percentiles, in milliseconds."""
        yield f"{'':42}{'count':>8}" + "".join(f"{f'p{p}' if p < 100 else 'max':>8}" for p in PERCENTILES)  # noqa: PLR2004 - per cent
        everything = {"all": [one for times in self.times.values() for one in times]}
        for name, times in [*sorted(self.times.items()), *everything.items()]:
            ordered = sorted(times)
            figures = "".join(f"{percentile(ordered, p) * 1000:8.0f}" for p in PERCENTILES)
            yield f"{name:42}{len(times):8}{figures}"


def percentile(ordered: list[float], percent: int) -> float:
    """Return the smallest value that `percent` of all values do not exceed (nearest rank)."""
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)] if ordered else 0.0


class Process(NamedTuple):
    """A process as /proc shows it."""

    parent: int
    resident: float  # MB


def functions() -> dict[int, float]:
    """Return the resident memory, in MB, of the functions' processes, which are the emulator's children; Linux only."""
    processes = dict(_processes())
    emulators = {pid for pid, process in processes.items() if process.parent == os.getpid()}
    return {pid: process.resident for pid, process in processes.items() if process.parent in emulators}


def _processes() -> Iterator[tuple[int, Process]]:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
        except OSError:  # it has exited
            continue
        if "VmRSS" in status:
            yield int(folder.name), Process(int(status["PPid"]), int(status["VmRSS"].split()[0]) / MEGABYTE)


def growth(begin: dict[int, float], end: dict[int, float]) -> str:
    """Return the growth of the processes' memory, as a line of text."""
    both = begin.keys() & end.keys()
    if not both:
        return "memory: no processes found"
    before, after = (sum(sample[pid] for pid in both) / len(both) for sample in (begin, end))
    return (
        f"memory: {len(begin)} processes with {sum(begin.values()):.0f} MB at the start, {len(end)} with "
        f"{sum(end.values()):.0f} MB at the end; a process of both {before:.1f} MB, then {after:.1f} MB"
    )
