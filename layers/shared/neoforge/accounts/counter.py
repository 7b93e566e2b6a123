"""Counters of callers who have no access item: of sources, and of accounts that somebody names.

RATE#<policy>#<hash of the subject>   RATE   the quota's buckets; deleted by TTL

count: 1 UpdateItem
"""

from neoforge import clock, observability, table
from neoforge.errors import QuotaExceeded
from neoforge.quota import Count, pseudonym
from neoforge.settings import settings
from neoforge.table import Change, Value

SK = "RATE"


def count(policy_name: str, subject: str) -> None:
    """Count a request of a subject. Raises QuotaExceeded, and Unavailable if it cannot be counted."""
    policy, now = settings.rate_limits[policy_name], clock.now()
    counting = Count(policy, now)
    who = pseudonym(subject)
    expression = f"{counting.expression} SET expires_at = :end"
    values: dict[str, Value] = {":one": 1, ":end": int(now + 2 * policy.seconds)}
    image = table.update(Change(f"RATE#{policy.name}#{who}", SK, expression, values, counting.names))
    found = counting.quota(image)
    if found.exceeded:
        observability.security("QuotaExceeded", policy=policy.name, subject=who)
        raise QuotaExceeded(found.seconds)
