"""The scheduled jobs on the deployed stack: something for each to do, and runs by hand."""

import itertools
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3

from neoforge.dynamodb.expiry import BATCH
from scripts.local.aws import LOCAL, REGION, Clients
from tests.catalog.world import World
from tests.proof.stack.conftest import StackUnderTest
from tests.proof.stack.deployed import function_name

PURGE, ROLL_UP = "schedules.purge_expired.handler", "schedules.roll_up_status.handler"
WRITTEN_AT_ONCE = 25  # items that DynamoDB takes in one BatchWriteItem


def client(clients: Clients, service: str) -> Any:
    """Return a client of a service that nothing but these tests uses."""
    session: Any = boto3.Session("test", "test", region_name=REGION)
    return session.client(service, endpoint_url=clients.endpoint, config=LOCAL)


def run(stack: StackUnderTest, handler: str) -> tuple[bool, Any]:
    """Run a job; tell whether it failed, and what it gave."""
    function = function_name(stack.clients, handler)
    answer = stack.clients.lambda_.invoke(FunctionName=function, Qualifier="live", Payload=b"{}")
    return "FunctionError" in answer, json.loads(answer["Payload"].read())


def items(stack: StackUnderTest, attribute: str, prefix: str) -> list[Any]:
    """Find the items whose key begins like this."""
    pages = stack.clients.dynamodb.get_paginator("scan").paginate(
        TableName=stack.table_name,
        FilterExpression=f"begins_with({attribute}, :prefix)",
        ExpressionAttributeValues={":prefix": {"S": prefix}},
        ConsistentRead=True,
    )
    return [item for page in pages for item in page["Items"]]


def expire(stack: StackUnderTest, _: World) -> None:
    """Leave an expired item, among more than are read at once."""
    lasting = [{"pk": {"S": "LASTING"}, "sk": {"S": str(number)}} for number in range(BATCH + 1)]
    expired = {"pk": {"S": "EXPIRED"}, "sk": {"S": "1"}, "expires_at": {"N": str(int(time.time()) - 60)}}
    for batch in itertools.batched([expired, *lasting], WRITTEN_AT_ONCE, strict=False):
        requests: Any = [{"PutRequest": {"Item": item}} for item in batch]
        answer = stack.clients.dynamodb.batch_write_item(RequestItems={stack.table_name: requests})
        assert not answer["UnprocessedItems"]


def claims(stack: StackUnderTest) -> list[Any]:
    """Find the records by which the roll-up runs once a day."""
    return items(stack, "sk", "ROLLUP#")


def happen(stack: StackUnderTest, world: World) -> None:
    """Leave a day that is not rolled up, as if the roll-up had not run today."""
    for claim in claims(stack):
        key = {name: claim[name] for name in ("pk", "sk")}
        stack.clients.dynamodb.delete_item(TableName=stack.table_name, Key=key)
    yesterday = datetime.now(UTC) - timedelta(days=1)
    body = {"service_id": "rolled-up", "status": "operational", "occurred_at": yesterday.isoformat()}
    world.done(world.operator.post("/v1/status/events", body))


# Of each job, what gives it something to do.
JOBS: dict[str, Callable[[StackUnderTest, World], None]] = {PURGE: expire, ROLL_UP: happen}
