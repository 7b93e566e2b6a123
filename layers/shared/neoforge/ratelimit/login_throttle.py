"""Failed logins: each one of an account from a source makes the next one from there wait longer, and nobody else.

LOGIN#<hash of the e-mail>   SOURCE#<hash of the address>   failures, and when the last one was; deleted by TTL

of: 1 GetItem · failed: 1 UpdateItem · succeeded: nothing, or 1 DeleteItem
"""

import math
from typing import NamedTuple, Self

from neoforge import clock, observability
from neoforge.dynamodb import expressions
from neoforge.dynamodb.expressions import Update, Value
from neoforge.errors import QuotaExceeded
from neoforge.ratelimit.window import pseudonym

FREE = 3  # failures before the first wait
MAX_SECONDS = 15 * 60
MEMORY_SECONDS = 24 * 3600  # after the last failure


class LoginThrottle(NamedTuple):
    """What one source has tried of one account; both by their pseudonyms."""

    account: str
    source: str
    failures: int

    @classmethod
    def of(cls, email: str, source: str) -> Self:
        """Read what was tried. Raises QuotaExceeded while the source has to wait."""
        none = cls(pseudonym(email.lower()), pseudonym(source), 0)
        image, now = expressions.get(*none.key), clock.now()
        if image is None or image["expires_at"] <= now:
            return none
        found = none._replace(failures=int(image["failures"]))
        wait = image["failed_at"] + _seconds(found.failures) - now
        if wait > 0:
            observability.security("QuotaExceeded", policy="guesses", account=found.account, source=found.source)
            raise QuotaExceeded(math.ceil(wait))
        return found

    @property
    def key(self) -> tuple[str, str]:
        """Where it is kept."""
        return f"LOGIN#{self.account}", f"SOURCE#{self.source}"

    def failed(self) -> None:
        """Count a failure. Guesses at the same time all count, but for the very first ones."""
        now = clock.now()
        # What is stored may have ended though it is not deleted yet, or be forgotten since by a success.
        before = "if_not_exists(failures, :none)" if self.failures else ":none"
        expression = f"SET failures = {before} + :one, failed_at = :now, expires_at = :end"
        values: dict[str, Value] = {":none": 0, ":one": 1, ":now": now, ":end": int(now + MEMORY_SECONDS)}
        expressions.update(Update(*self.key, expression, values))

    def succeeded(self) -> None:
        """Forget the failures."""
        if self.failures:
            expressions.delete(*self.key)


def _seconds(failures: int) -> int:
    """Tell how long to wait: 1, 2, 4 … seconds from the third failure on."""
    return min(MAX_SECONDS, 2 ** (failures - FREE)) if failures >= FREE else 0
