"""Rate limits of callers without an access item: of source addresses, and of accounts that a request names.

RATE#<policy>#<hash of the subject>   RATE   the window's buckets; deleted by TTL

hit: 1 UpdateItem, and occasionally another one that removes stale buckets
"""

from neoforge import clock, observability
from neoforge.dynamodb import expressions
from neoforge.dynamodb.expressions import Update, Value
from neoforge.errors import QuotaExceeded
from neoforge.ratelimit import window
from neoforge.ratelimit.policy import Policy, policies
from neoforge.ratelimit.window import Usage, WindowCounter
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
        self.record(_count(policies()[policy_name], subject), subject)

    def record(self, usage: Usage, subject: str) -> None:
        """Record a usage. Raises QuotaExceeded if it exceeds its quota."""
        self.usages.append(usage)
        if usage.exceeded:
            observability.security_event("QuotaExceeded", policy=usage.policy.name, subject=pseudonym(subject))
            raise QuotaExceeded(usage.seconds)


def _count(policy: Policy, subject: str) -> Usage:
    now = clock.now()
    counter = WindowCounter(policy, now)
    expression = f"{counter.expression} SET expires_at = :end"
    values: dict[str, Value] = {":one": 1, ":end": int(now + 2 * policy.seconds)}
    pk = f"RATE#{policy.name}#{pseudonym(subject)}"
    image = expressions.update(Update(pk, SK, expression, values, counter.names))
    if len(stale := window.stale_buckets(image, now)) > MAX_STALE_BUCKETS:
        expression, names = window.removal(stale)
        expressions.update(Update(pk, SK, expression, {}, names))
    return counter.usage(image)
