"""Failed logins: each one delays the next attempt on the account from the same source, and nobody else's.

LOGIN#<hash of the e-mail>   SOURCE#<hash of the address>   failures and time of the last one; deleted by TTL

read: 1 GetItem · failed: 1 UpdateItem · succeeded: nothing, or 1 DeleteItem
"""

import math
from typing import NamedTuple, Self

from neoforge import clock, observability
from neoforge.dynamodb import expressions
from neoforge.dynamodb.expressions import Update, Value
from neoforge.errors import QuotaExceeded
from neoforge.signing import pseudonym

FREE = 3  # failures before the first delay
MAX_SECONDS = 15 * 60
MEMORY_SECONDS = 24 * 3600  # since the last failure


class LoginThrottle(NamedTuple):
    """Failed logins of one account from one source, both by their pseudonyms."""

    account: str
    source: str
    failures: int

    @classmethod
    def read(cls, email: str, source: str) -> Self:
        """Read the failures. Raises QuotaExceeded while the source has to wait."""
        none = cls(pseudonym(email.lower()), pseudonym(source), 0)
        image, now = expressions.get(*none.key), clock.now()
        if image is None or image["expires_at"] <= now:
            return none
        found = none._replace(failures=int(image["failures"]))
        wait = image["failed_at"] + _seconds(found.failures) - now
        if wait > 0:
            observability.security_event("QuotaExceeded", policy="guesses", account=found.account, source=found.source)
            raise QuotaExceeded(math.ceil(wait))
        return found

    @property
    def key(self) -> tuple[str, str]:
        """The primary key."""
        return f"LOGIN#{self.account}", f"SOURCE#{self.source}"

    def failed(self) -> None:
        """Count a failure. Concurrent ones are all counted, except the very first."""
        now = clock.now()
        # The stored item may have expired without being deleted yet, or have been deleted by a success meanwhile.
        before = "if_not_exists(failures, :none)" if self.failures else ":none"
        expression = f"SET failures = {before} + :one, failed_at = :now, expires_at = :end"
        values: dict[str, Value] = {":none": 0, ":one": 1, ":now": now, ":end": int(now + MEMORY_SECONDS)}
        expressions.update(Update(*self.key, expression, values))

    def succeeded(self) -> None:
        """Delete the failures, if there are any."""
        if self.failures:
            expressions.delete(*self.key)


def _seconds(failures: int) -> int:
    """Return the delay: 1, 2, 4 … seconds from the third failure on."""
    return min(MAX_SECONDS, 2 ** (failures - FREE)) if failures >= FREE else 0
