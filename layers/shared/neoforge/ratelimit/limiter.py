"""Rate limits of callers without an access item: of source addresses, and of accounts that a request names.

RATE#<policy>#<hash of the subject>   RATE   the window's buckets; deleted by TTL

hit, reserve: 1 UpdateItem, and occasionally another one that removes stale buckets · take back: part of a transaction
"""

from typing import NamedTuple, Self

from neoforge import clock, observability
from neoforge.dynamodb import expressions
from neoforge.dynamodb.expressions import Update, Value
from neoforge.errors import QuotaExceeded
from neoforge.ratelimit.policy import policies
from neoforge.ratelimit.window import Usage, WindowCounter, removal, stale_buckets
from neoforge.signing import pseudonym

SK = "RATE"
MAX_STALE_BUCKETS = 20  # before they are removed; a subject that returns after a long time leaves some if TTL is slow


class Limiter:
    """Counts a request against rate limits, and records in `usages` what is left of each."""

    def __init__(self, usages: list[Usage]) -> None:
        self.usages = usages

    def hit(self, policy_name: str, subject: str) -> None:
        """Count the request of a subject. Raises QuotaExceeded, and Unavailable if it cannot be counted.

        A subject begins with a word for its kind. A login whose e-mail is an address or a user id would otherwise count
        against that source, or against the refreshes of that account.
        """
        self.record(_count(_Counter.of(policy_name, subject)))

    def count(self, policy_name: str, subject: str) -> None:
        """Count the request of a subject, for `enforce`. Raises Unavailable if it cannot be counted."""
        self.usages.append(_count(_Counter.of(policy_name, subject)))

    def enforce(self) -> None:
        """Raise QuotaExceeded if a usage exceeds its quota."""
        for usage in self.usages:
            _check(usage)

    def reserve(self, policy_name: str, subject: str, *, enforced: bool) -> Update:
        """Count the request of a subject until it succeeds. Return the update that takes the count back.

        What is left is not recorded, so that the answer does not tell how many others have failed.
        Raises QuotaExceeded if the quota is `enforced`, and Unavailable if it cannot be counted.
        """
        counter = _Counter.of(policy_name, subject)
        usage = _count(counter)
        if enforced and usage.exceeded:
            self.record(usage)
        return Update(counter.pk, SK, "ADD #bucket :less", {":less": -1}, {"#bucket": counter.window.bucket})

    def record(self, usage: Usage) -> None:
        """Record a usage. Raises QuotaExceeded if it exceeds its quota."""
        self.usages.append(usage)
        _check(usage)


def _check(usage: Usage) -> None:
    if usage.exceeded:
        observability.security_event("QuotaExceeded", policy=usage.policy.name)
        raise QuotaExceeded(usage.seconds)


class _Counter(NamedTuple):
    """The window of a subject, and where it is stored."""

    window: WindowCounter
    pk: str

    @classmethod
    def of(cls, policy_name: str, subject: str) -> Self:
        counter = WindowCounter(policies()[policy_name], clock.now())
        return cls(counter, f"RATE#{policy_name}#{pseudonym(subject)}")


def _count(counter: _Counter) -> Usage:
    window, now = counter.window, counter.window.now
    expression = f"{window.expression} SET expires_at = :end"
    values: dict[str, Value] = {":one": 1, ":end": int(now + 2 * window.policy.seconds)}
    image = expressions.update(Update(counter.pk, SK, expression, values, window.names))
    if len(stale := stale_buckets(image, now)) > MAX_STALE_BUCKETS:
        expression, names = removal(stale)
        expressions.update(Update(counter.pk, SK, expression, {}, names))
    return window.usage(image)
