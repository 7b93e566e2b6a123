"""Sliding windows: how many requests a subject has left (draft-ietf-httpapi-ratelimit-headers).

A window is counted in buckets, attributes of an item that is written anyway: `ADD read#29397415 1`. The current bucket
and the six before it count, so that no window exceeds the quota; a request counts for up to a sixth of a window longer.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from neoforge.ratelimit.policy import Policy, policies

BUCKETS = 6  # per window
STALE = 6  # buckets removed by each hit; the others are removed when a session begins or is refreshed


class Usage(NamedTuple):
    """What a subject has left of a policy, and the seconds until there is more of it."""

    policy: Policy
    remaining: int
    seconds: int
    exceeded: bool


def stale_buckets(image: Mapping[str, Any], now: float) -> list[str]:
    """Return the names of an item's buckets that no longer count."""
    found = []
    for name, policy, number in _buckets(image):
        known = policies().get(policy)
        if known is None or WindowCounter(known, now).is_stale(number):
            found.append(name)
    return found


def removal(buckets: list[str]) -> tuple[str, dict[str, str]]:
    """Return an update expression that removes buckets, and its names; both empty if there are none."""
    names = {f"#old{number}": name for number, name in enumerate(buckets)}
    return f"REMOVE {', '.join(names)}" if names else "", names


def _buckets(image: Mapping[str, Any]) -> Iterator[tuple[str, str, int]]:
    """Yield an item's buckets: the attribute's name, the policy's name and the number."""
    for name in image:
        policy, _, number = name.partition("#")
        if number:
            yield name, policy, int(number)


class WindowCounter(NamedTuple):
    """One request at `now` (seconds since the epoch), counted by an update expression."""

    policy: Policy
    now: float

    @property
    def expression(self) -> str:
        """Add to the current bucket, and remove some stale ones."""
        return "ADD #b0 :one REMOVE " + ", ".join(f"#b{age}" for age in range(1, STALE + 1))

    @property
    def names(self) -> dict[str, str]:
        """The names in the expression."""
        stale = {f"#b{age}": self._bucket(self._current - BUCKETS - age) for age in range(1, STALE + 1)}
        return {"#b0": self.bucket} | stale

    def usage(self, image: Mapping[str, Any]) -> Usage:
        """Compute the usage from the item as the update left it.

        Buckets of the future count as well: they are those of a caller whose clock is ahead.
        """
        counts = {
            number: int(image[name])
            for name, policy, number in _buckets(image)
            if policy == self.policy.name and not self.is_stale(number)
        }
        used = sum(counts.values())
        surplus = max(1, used + 1 - self.policy.quota)  # requests that must become stale before the next may pass
        ends = next(self._end(number) for number in sorted(counts) if (surplus := surplus - counts[number]) <= 0)
        remaining = max(0, self.policy.quota - used)
        return Usage(self.policy, remaining, max(1, math.ceil(ends - self.now)), used > self.policy.quota)

    def is_stale(self, number: int) -> bool:
        """Return whether a bucket no longer counts."""
        return number < self._current - BUCKETS

    @property
    def bucket(self) -> str:
        """The name of the current bucket."""
        return self._bucket(self._current)

    @property
    def _current(self) -> int:
        return int(self.now * BUCKETS // self.policy.seconds)

    def _bucket(self, number: int) -> str:
        return f"{self.policy.name}#{number}"

    def _end(self, number: int) -> float:
        """Return when a bucket becomes stale."""
        return (number + BUCKETS + 1) * self.policy.seconds / BUCKETS
