"""The purge: deletes expired items that DynamoDB's TTL, which may take days, has not deleted yet.

PURGE   POSITION   where an unfinished run stopped

a run: 1 Scan per 1,000 items of the table, 1 DeleteItem per expired item
"""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from neoforge import clock, observability
from neoforge.dynamodb import expressions
from neoforge.dynamodb.client import get_client
from neoforge.dynamodb.expressions import Update
from neoforge.dynamodb.keys import primary_key
from neoforge.settings import settings

BATCH = 1000  # items per Scan
MARGIN_SECONDS = 5  # for the call under way
KEY = ("PURGE", "POSITION")


def run() -> int:
    """Delete expired items until the end of the table or the deadline; the next run continues. Return how many."""
    deleted = 0
    oldest = 0  # seconds past its expiry
    for item in _expired():
        oldest = max(oldest, int(clock.now()) - int(item.pop("expires_at")["N"]))
        deleted += _delete(item)
    if oldest:
        observability.count("OldestExpired", oldest)
    return deleted


def _expired() -> Iterator[dict[str, Any]]:
    """Read the keys of expired items. The next run starts after the last batch that was completed."""
    position = (expressions.get(*KEY) or {}).get("position")
    while not clock.overdue(MARGIN_SECONDS):
        start = {"ExclusiveStartKey": primary_key(position["pk"], position["sk"])} if position else {}
        page = get_client().scan(
            TableName=settings.table_name,
            FilterExpression="expires_at < :now",
            ExpressionAttributeValues={":now": expressions.encode(int(clock.now()))},
            ProjectionExpression="pk, sk, expires_at",
            Limit=BATCH,
            **start,
        )
        for item in page["Items"]:
            if clock.overdue(MARGIN_SECONDS):
                return
            yield item
        last = page.get("LastEvaluatedKey")
        if last is None:
            expressions.delete(*KEY)
            return
        position = expressions.decode({"M": last})
        expressions.update(
            Update(*KEY, "SET #position = :position", {":position": position}, {"#position": "position"})
        )


def _delete(key: dict[str, Any]) -> bool:
    """Delete an item if it is still expired: a counter or a session may have been used meanwhile."""
    try:
        get_client().delete_item(
            TableName=settings.table_name,
            Key=key,
            ConditionExpression="expires_at < :now",
            ExpressionAttributeValues={":now": expressions.encode(int(clock.now()))},
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False
    return True
