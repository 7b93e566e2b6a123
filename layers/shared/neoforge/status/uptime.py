"""Uptime: pure functions of what happened. https://support.atlassian.com/statuspage/docs/display-historical-uptime-of-components/

Each event sets the status until the next one, so that nothing is counted twice. A major outage counts whole, a partial
one 0.3; maintenance, and the time before the first event, are no part of the window.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple, Self

from neoforge.status.model import WORST_FIRST, Event, Status

WEIGHTS: dict[Status, float] = {"major_outage": 1.0, "partial_outage": 0.3}


class UptimeTally(NamedTuple):
    """A window of time: weighted seconds of outage, seconds that count, and the worst status."""

    down: float = 0.0
    counted: float = 0.0
    worst: Status | None = None

    def plus(self, other: Self) -> "UptimeTally":
        """Add the tally of another window."""
        both = [status for status in (self.worst, other.worst) if status]
        return UptimeTally(
            self.down + other.down, self.counted + other.counted, min(both, key=WORST_FIRST.index, default=None)
        )

    @property
    def uptime(self) -> float | None:
        """The share of the time that it was up; None if nothing counts."""
        return round(max(0.0, 1 - self.down / self.counted), 6) if self.counted else None


def tally(events: Iterable[Event], start: float, end: float) -> UptimeTally:
    """Tally a window (seconds since the epoch). `events`: those within it, and the last one before it."""
    ordered = sorted(events, key=lambda event: event.order)
    moments = [*(event.occurred for event in ordered), end]
    total = UptimeTally()
    for event, (begin, until) in zip(ordered, pairwise(moments), strict=True):
        seconds = min(until, end) - max(begin, start)
        if seconds > 0:
            counted = 0.0 if event.status == "under_maintenance" else seconds
            total = total.plus(UptimeTally(seconds * WEIGHTS.get(event.status, 0.0), counted, event.status))
    return total
