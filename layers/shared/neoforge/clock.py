"""Time and randomness. Nothing else asks the system for either, so that tests can control both."""

import math
import random
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from uuid_utils import uuid7

_deadline: ContextVar[float] = ContextVar("deadline", default=math.inf)
_system = random.SystemRandom()  # SnapStart would clone a seeded generator, and with it every pause


def now() -> float:
    """Seconds since the epoch."""
    return time.time()


def monotonic() -> float:
    """Seconds on a clock that never goes back, for deadlines."""
    return time.monotonic()


@contextmanager
def limited(deadline: float) -> Iterator[None]:
    """Set the deadline (monotonic seconds) after which nothing slow may begin, for the code in this context."""
    token = _deadline.set(deadline)
    try:
        yield
    finally:
        _deadline.reset(token)


def overdue(margin: float = 0.0) -> bool:
    """Return whether the deadline has passed, or passes within `margin` seconds."""
    return monotonic() + margin > _deadline.get()


def pause(attempt: int) -> None:
    """Wait before retry number `attempt` (from 0): full jitter, 10 ms at first, 200 ms at most.

    https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
    """
    time.sleep(_system.uniform(0, min(0.2, 0.01 * 2**attempt)))


def chance(probability: float) -> bool:
    """Return True with this probability."""
    return _system.random() < probability


def timestamp(seconds: float) -> str:
    """Format seconds since the epoch as RFC 3339 in UTC with milliseconds, which sorts by time."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def new_id(prefix: str) -> str:
    """Create a UUIDv7 with a type prefix, such as prj_0193…. Ids sort by creation time (RFC 9562, 5.7)."""
    return f"{prefix}_{uuid7()}"


def time_of_id(identifier: str) -> str:
    """Return when an id was created. A resource's created_at is this, so that the two orders cannot differ."""
    return timestamp(int(identifier.partition("_")[2].replace("-", "")[:12], 16) / 1000)


def new_secret() -> str:
    """Create 256 random bits, base64url (43 characters)."""
    return secrets.token_urlsafe(32)


def new_token() -> str:
    """Create a ClientRequestToken for DynamoDB, which takes at most 36 characters."""
    return secrets.token_hex(16)
