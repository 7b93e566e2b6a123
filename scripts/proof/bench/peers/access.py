"""How both peers let a caller in: by the very write that we make, with the same condition and the same window."""
# mypy: ignore-errors

import hashlib
import math
import os
import time
from decimal import Decimal
from typing import Any

from botocore.exceptions import ClientError

BUCKETS = 6
RATES = dict(policy.split("=") for policy in os.environ["RATE_LIMITS"].split(","))
CONDITION = "#state = :active AND #sessions.#session.#hash = :hash AND #sessions.#session.#until > :now"
NAMES = {"#hash": "hash", "#sessions": "sessions", "#state": "state", "#until": "until"}


class Refused(Exception):
    """The caller is not let in."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def let_in(table: Any, token: str, policy: str) -> tuple[str, dict[str, str]]:
    """Return the partition of the caller and the headers that tell the quota. Raises Refused."""
    user_id, _, rest = token.partition(".")
    session_id, _, secret = rest.partition(".")
    pk, now = f"USER#{user_id}", time.time()
    quota, seconds = map(int, RATES[policy].split("/"))
    current = int(now * BUCKETS // seconds)
    buckets = {f"#b{age}": f"{policy}#{current - age - BUCKETS * (age > 0)}" for age in range(BUCKETS + 1)}
    try:
        image = table.update_item(
            Key={"pk": pk, "sk": "ACCESS"},
            UpdateExpression=f"ADD #b0 :one REMOVE {', '.join(list(buckets)[1:])}",
            ConditionExpression=CONDITION,
            ExpressionAttributeNames=NAMES | buckets | {"#session": session_id},
            ExpressionAttributeValues={
                ":one": 1,
                ":active": "active",
                ":hash": hashlib.sha256(secret.encode()).hexdigest(),
                ":now": Decimal(repr(now)),
            },
            ReturnValues="ALL_NEW",
        )["Attributes"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        raise Refused(401) from error
    counts = {number: int(image.get(f"{policy}#{number}", 0)) for number in range(current - BUCKETS, current + 1)}
    used = sum(counts.values())
    if used > quota:
        raise Refused(429)
    oldest = next(number for number, count in counts.items() if count)
    left = math.ceil((oldest + BUCKETS + 1) * seconds / BUCKETS - now)
    return pk, {
        "RateLimit-Policy": f'"{policy}";q={quota};w={seconds}',
        "RateLimit": f'"{policy}";r={quota - used};t={left}',
    }
