"""Time and randomness. Nothing else asks the system for either, so that tests can fix both."""

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
_system = random.SystemRandom()  # a generator of our own would be cloned by SnapStart, and so would its pauses


def now() -> float:
    """Seconds since the epoch."""
    return time.time()


def monotonic() -> float:
    """Seconds on a clock that never goes back, for deadlines."""
    return time.monotonic()


@contextmanager
def limited(deadline: float) -> Iterator[None]:
    """Let nothing that takes time begin after `deadline` (monotonic seconds)."""
    token = _deadline.set(deadline)
    try:
        yield
    finally:
        _deadline.reset(token)


def overdue(margin: float = 0.0) -> bool:
    """Tell whether the deadline has passed, or passes within `margin` seconds."""
    return monotonic() + margin > _deadline.get()


def pause(attempt: int) -> None:
    """Wait before retry number `attempt` (from 0): full jitter, 10 ms at first, 200 ms at most.

    https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
    """
    time.sleep(_system.uniform(0, min(0.2, 0.01 * 2**attempt)))


def chance(share: float) -> bool:
    """Draw: true in `share` of the cases."""
    return _system.random() < share


def timestamp(seconds: float) -> str:
    """Format seconds since the epoch as RFC 3339 in UTC with milliseconds: text that sorts as time does."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def new_id(prefix: str) -> str:
    """Make a UUIDv7 with a type prefix, such as prj_0193…: ids sort by the time they were made (RFC 9562, 5.7)."""
    return f"{prefix}_{uuid7()}"


def time_of_id(identifier: str) -> str:
    """Tell the time an id was made. A resource's created_at is this, so that the two orders cannot differ."""
    return timestamp(int(identifier.partition("_")[2].replace("-", "")[:12], 16) / 1000)


def lowest_id(prefix: str, moment: str) -> str:
    """Make the id that sorts before every id made at `moment` (RFC 3339) or later."""
    digits = f"{round(datetime.fromisoformat(moment).timestamp() * 1000):012x}"
    return f"{prefix}_{digits[:8]}-{digits[8:]}-0000-0000-000000000000"


def new_secret() -> str:
    """Make 256 random bits, base64url (43 characters)."""
    return secrets.token_urlsafe(32)


def new_token() -> str:
    """Make a ClientRequestToken for DynamoDB: at most 36 characters."""
    return secrets.token_hex(16)
