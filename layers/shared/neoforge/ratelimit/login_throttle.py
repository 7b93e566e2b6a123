"""Guesses at a password. Each is counted as a failure before the password is looked at, so that guesses at the same
moment are no cheaper than one after another; the right password takes the count back (docs/adr/0013).

LOGIN#<hash of the e-mail>   SOURCE#<hash of the address>   failures, time of the last one, until when the address is
                                                            known for a right password; deleted by TTL
                             SOURCE#<hash of a session>     the same of a session that has to prove its password

reserve: 1 UpdateItem, and after a failure or while others guess one or more that are refused · accept: part of a
transaction · forget: 1 DeleteItem
"""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from neoforge import clock, observability
from neoforge.dynamodb import expressions
from neoforge.dynamodb.expressions import Update, Value
from neoforge.errors import QuotaExceeded
from neoforge.signing import pseudonym

FREE = 3  # failures before the first delay
MAX_SECONDS = 15 * 60
MEMORY_SECONDS = 24 * 3600  # since the last failure
KNOWN_SECONDS = 90 * 24 * 3600  # since the last right password from an address

# That nothing is remembered that the update would lose: no failures, and no end that comes before that of this one.
_UNTRIED = "attribute_not_exists(failures) AND (attribute_not_exists(expires_at) OR expires_at > :end)"


class Guess(NamedTuple):
    """A guess that may be evaluated. `known`: whether the account was used from this address before."""

    pk: str
    sk: str
    known: bool

    def accept(self) -> Update:
        """Return the update after a right password: no failures, and the address is known."""
        return known_address(self.pk, self.sk)

    def forget(self) -> None:
        """Delete the failures."""
        expressions.delete(self.pk, self.sk)


def key(login: str, guesser: str) -> tuple[str, str]:
    """Return the primary key of the guesses at a login from an address, or by a session."""
    return f"LOGIN#{pseudonym(login)}", f"SOURCE#{pseudonym(guesser)}"


def known_address(pk: str, sk: str) -> Update:
    """Return the update by which an address is known to a login."""
    values: dict[str, Value] = {":until": int(clock.now()) + KNOWN_SECONDS}
    return Update(pk, sk, "SET known_until = :until, expires_at = :until REMOVE failures, failed_at", values)


def reserve(pk: str, sk: str) -> Guess:
    """Count a guess as a failure. Raises QuotaExceeded, which counts nothing, while the next one has to wait.

    What is stored is supposed to be nothing; if the condition tells otherwise, it tells what was stored as well. Each
    refusal means that another guess was counted, and after three of those the next has to wait.
    """
    stored: Mapping[str, Any] | None = None
    while True:
        now = clock.now()
        failures = _failures(stored or {}, now)
        if (wait := _wait(stored or {}, failures, now)) > 0:
            observability.security_event("QuotaExceeded", policy="guesses")
            raise QuotaExceeded(math.ceil(wait))
        try:
            image = expressions.update(_counting(pk, sk, stored, failures, now))
        except expressions.ConditionFailed as error:
            stored = error.image
        else:
            return Guess(pk, sk, image.get("known_until", 0) > now)


def _counting(pk: str, sk: str, stored: Mapping[str, Any] | None, failures: int, now: float) -> Update:
    """Return the update that counts one more failure than what was seen, if nothing else is stored by now."""
    end = int(now) + MEMORY_SECONDS
    values: dict[str, Value] = {":failures": failures + 1, ":now": now, ":end": end}
    expires_at, condition = "if_not_exists(expires_at, :end)", _UNTRIED
    if stored is not None:
        expires_at, condition = ":end", "attribute_not_exists(failures)"
        values[":end"] = max(end, int(stored.get("known_until", 0)))
        if "failures" in stored:
            condition = "failures = :seen AND failed_at = :at"
            values |= {":seen": stored["failures"], ":at": stored["failed_at"]}
    return Update(
        pk, sk, f"SET failures = :failures, failed_at = :now, expires_at = {expires_at}", values, condition=condition
    )


def _failures(stored: Mapping[str, Any], now: float) -> int:
    """Return the failures that count; those of a day ago do not, whether or not TTL has deleted them."""
    return int(stored["failures"]) if stored.get("failed_at", 0) + MEMORY_SECONDS > now else 0


def _wait(stored: Mapping[str, Any], failures: int, now: float) -> float:
    """Return how long the next guess has to wait: 1, 2, 4 … seconds from the third failure on."""
    if failures < FREE:
        return 0
    return float(stored["failed_at"] + min(MAX_SECONDS, 2 ** (failures - FREE)) - now)
