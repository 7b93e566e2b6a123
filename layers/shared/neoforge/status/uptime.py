"""Uptime, computed from events. https://support.atlassian.com/statuspage/docs/display-historical-uptime-of-components/

Each event sets the status until the next one, so that no time counts twice. A major outage counts in full, a partial
one as 0.3 of it; maintenance and the time before the first event do not count at all.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple, Self

from neoforge.status.model import WORST_FIRST, Event, Status

WEIGHTS: dict[Status, float] = {"major_outage": 1.0, "partial_outage": 0.3}


class UptimeTally(NamedTuple):
    """A period: weighted seconds of outage, seconds that count, and the worst status."""

    down: float = 0.0
    counted: float = 0.0
    worst: Status | None = None

    def plus(self, other: Self) -> "UptimeTally":
        """Return the sum with the tally of another period."""
        both = [status for status in (self.worst, other.worst) if status]
        return UptimeTally(
            self.down + other.down, self.counted + other.counted, min(both, key=WORST_FIRST.index, default=None)
        )

    @property
    def uptime(self) -> float | None:
        """The share of time without outage; None if no time counts."""
        return round(max(0.0, 1 - self.down / self.counted), 6) if self.counted else None


def tally(events: Iterable[Event], start: float, end: float) -> UptimeTally:
    """Tally a period (seconds since the epoch). `events`: those within it, and the last one before it."""
    ordered = sorted(events, key=lambda event: event.order)
    moments = [*(event.occurred for event in ordered), end]
    total = UptimeTally()
    for event, (begin, until) in zip(ordered, pairwise(moments), strict=True):
        seconds = min(until, end) - max(begin, start)
        if seconds > 0:
            counted = 0.0 if event.status == "under_maintenance" else seconds
            total = total.plus(UptimeTally(seconds * WEIGHTS.get(event.status, 0.0), counted, event.status))
    return total
