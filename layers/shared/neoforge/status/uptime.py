"""Uptime, computed from events. https://support.atlassian.com/statuspage/docs/display-historical-uptime-of-components/

Each event sets the status until the next one, so that no time counts twice. A major outage counts in full, a partial
one as 0.3 of it; maintenance and the time before the first event do not count at all. All of it is in integers: sums
are exact, so it does not matter which days were rolled up.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple, Self

from neoforge.status.model import WORST_FIRST, Event, Status

MILLIONTHS = 10**6
TENTHS = 10
WEIGHTS: dict[Status, int] = {"major_outage": 10, "partial_outage": 3}  # in tenths


class UptimeTally(NamedTuple):
    """A period: weighted outage in tenths of milliseconds, milliseconds that count, and the worst status."""

    down: int = 0
    counted: int = 0
    worst: Status | None = None

    def plus(self, other: Self) -> "UptimeTally":
        """Return the sum with the tally of another period."""
        both = [status for status in (self.worst, other.worst) if status]
        return UptimeTally(
            self.down + other.down, self.counted + other.counted, min(both, key=WORST_FIRST.index, default=None)
        )

    @property
    def uptime(self) -> float | None:
        """The share of time without outage, rounded down to six digits; None if no time counts."""
        whole = self.counted * TENTHS
        return (whole - self.down) * MILLIONTHS // whole / MILLIONTHS if whole else None


def tally(events: Iterable[Event], start: int, end: int, counted_to: int) -> UptimeTally:
    """Tally a period (milliseconds since the epoch); a status after `counted_to` is told, and its time not counted.

    `events`: those within the period, and the last one before it.
    """
    ordered = sorted(events, key=lambda event: event.order)
    moments = [*(event.occurred for event in ordered), end]
    total = UptimeTally()
    for event, (begin, until) in zip(ordered, pairwise(moments), strict=True):
        if max(begin, start) < min(until, end):
            length = max(0, min(until, end, counted_to) - max(begin, start))
            counted = 0 if event.status == "under_maintenance" else length
            total = total.plus(UptimeTally(length * WEIGHTS.get(event.status, 0), counted, event.status))
    return total
