"""Quotas (draft-ietf-httpapi-ratelimit-headers): how many requests a subject has left in a window that slides.

A window is counted in buckets, attributes of whatever item is written anyway: `ADD read#29397415 1`. The bucket under
way and the six before it count, so never more than the quota in any window; a request counts for up to a sixth longer.
"""

import hmac
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

from neoforge.settings import Policy, settings

BUCKETS = 6  # in a window, whole ones
STALE = 6  # buckets cleared by each count; the others go when a session begins or is refreshed


class Quota(NamedTuple):
    """What a subject has left. `seconds` until some of it comes back, or, if it is exceeded, until it is no more."""

    policy: Policy
    remaining: int
    seconds: int
    exceeded: bool


_noted: ContextVar[list[Quota]] = ContextVar("noted")


@contextmanager
def collect_usage() -> Iterator[list[Quota]]:
    """Give the list that the quotas are noted in that a request was counted against."""
    quotas: list[Quota] = []
    token = _noted.set(quotas)
    try:
        yield quotas
    finally:
        _noted.reset(token)


def stale(image: Mapping[str, Any], now: float) -> list[str]:
    """Name the buckets of an item that count no more."""
    found = []
    for name, policy, number in _buckets(image):
        known = settings.rate_limits.get(policy)
        if known is None or WindowCounter(known, now).is_stale(number):
            found.append(name)
    return found


def _buckets(image: Mapping[str, Any]) -> Iterator[tuple[str, str, int]]:
    """Find an item's buckets: the attribute's name, the policy's and the number."""
    for name in image:
        policy, _, number = name.partition("#")
        if number:
            yield name, policy, int(number)


def removal(buckets: list[str]) -> tuple[str, dict[str, str]]:
    """Write the part of an UpdateExpression that removes buckets, and its names; empty if there is none."""
    names = {f"#old{number}": name for number, name in enumerate(buckets)}
    return f"REMOVE {', '.join(names)}" if names else "", names


def pseudonym(text: str) -> str:
    """Hash an address or an e-mail, so that neither keys nor logs give it away: keyed, as both are easily guessed."""
    return hmac.digest(settings.signing_key, f"pseudonym\n{text}".encode(), "sha256").hex()[:32]


class WindowCounter(NamedTuple):
    """One more request at `now` (seconds since the epoch), as a part of an UpdateExpression."""

    policy: Policy
    now: float

    @property
    def expression(self) -> str:
        """Add to the bucket under way, remove some that count no more."""
        return "ADD #b0 :one REMOVE " + ", ".join(f"#b{age}" for age in range(1, STALE + 1))

    @property
    def names(self) -> dict[str, str]:
        """The names of the expression's attributes."""
        stale = {f"#b{age}": self._bucket(self._current - BUCKETS - age) for age in range(1, STALE + 1)}
        return {"#b0": self._bucket(self._current)} | stale

    def quota(self, image: Mapping[str, Any]) -> Quota:
        """Read from the item as the update left it what is left, and note it.

        Buckets that lie ahead count as well: a caller whose clock is ahead, by however little, was counted before.
        """
        counts = {
            number: int(image[name])
            for name, policy, number in _buckets(image)
            if policy == self.policy.name and not self.is_stale(number)
        }
        used = sum(counts.values())
        surplus = max(1, used + 1 - self.policy.quota)  # how many must count no more before the next one may pass
        ends = next(self._end(number) for number in sorted(counts) if (surplus := surplus - counts[number]) <= 0)
        remaining = max(0, self.policy.quota - used)
        found = Quota(self.policy, remaining, max(1, math.ceil(ends - self.now)), used > self.policy.quota)
        if (quotas := _noted.get(None)) is not None:
            quotas.append(found)
        return found

    def is_stale(self, number: int) -> bool:
        """Tell whether a bucket counts no more."""
        return number < self._current - BUCKETS

    @property
    def _current(self) -> int:
        return int(self.now * BUCKETS // self.policy.seconds)

    def _bucket(self, number: int) -> str:
        return f"{self.policy.name}#{number}"

    def _end(self, number: int) -> float:
        """When a bucket counts no more."""
        return (number + BUCKETS + 1) * self.policy.seconds / BUCKETS
