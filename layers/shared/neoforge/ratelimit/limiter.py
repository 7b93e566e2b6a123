"""Counters of callers who have no access item: of sources, and of accounts that somebody names.

RATE#<policy>#<hash of the subject>   RATE   the quota's buckets; deleted by TTL

count: 1 UpdateItem, and now and then a second one that clears old buckets
"""

from neoforge import clock, observability
from neoforge.dynamodb import expressions
from neoforge.dynamodb.expressions import Update, Value
from neoforge.errors import QuotaExceeded
from neoforge.ratelimit import window
from neoforge.ratelimit.window import WindowCounter, pseudonym
from neoforge.settings import settings

SK = "RATE"
MANY_BUCKETS = 20  # that count no more: what visits far from each other leave, if TTL is slow


def count(policy_name: str, subject: str) -> None:
    """Count a request of a subject. Raises QuotaExceeded, and Unavailable if it cannot be counted.

    A subject begins with a word for its kind: else a login that names an address or a user id as its e-mail would be
    counted against that source, or against that account's refreshes.
    """
    policy, now = settings.rate_limits[policy_name], clock.now()
    counting = WindowCounter(policy, now)
    who = pseudonym(subject)
    expression = f"{counting.expression} SET expires_at = :end"
    values: dict[str, Value] = {":one": 1, ":end": int(now + 2 * policy.seconds)}
    pk = f"RATE#{policy.name}#{who}"
    image = expressions.update(Update(pk, SK, expression, values, counting.names))
    if len(old := window.stale(image, now)) > MANY_BUCKETS:
        clearing, names = window.removal(old)
        expressions.update(Update(pk, SK, clearing, {}, names))
    found = counting.quota(image)
    if found.exceeded:
        observability.security("QuotaExceeded", policy=policy.name, subject=who)
        raise QuotaExceeded(found.seconds)
