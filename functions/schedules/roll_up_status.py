"""00:10 UTC — store the uptime of every service for yesterday, and for days that were missed."""

from typing import Any

from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer, IdempotencyConfig, idempotent_function

from neoforge import clock
from neoforge.dynamodb.client import get_client
from neoforge.scheduled_job import create_schedule
from neoforge.settings import settings
from neoforge.status import service as status

schedule = create_schedule("DaysRolledUp")
handler = schedule.handler


@schedule.job
def roll_up_status(context: Any) -> int:
    """Roll up, once a day. Stock Powertools is enough: rolling up twice has no effect, but costs twice."""
    config = IdempotencyConfig(expires_after_seconds=24 * 3600, hash_function="sha256", lambda_context=context)
    records = DynamoDBPersistenceLayer(
        table_name=settings.table_name,
        key_attr="pk",
        sort_key_attr="sk",
        expiry_attr="expires_at",
        boto3_client=get_client(),
    )

    @idempotent_function(  # type: ignore[untyped-decorator]  # Powertools types it as Any
        data_keyword_argument="today", persistence_store=records, config=config, key_prefix="ROLLUP"
    )
    def roll_up(today: str) -> int:  # noqa: ARG001 - the idempotency key
        return status.roll_up()

    return int(roll_up(today=clock.timestamp(clock.now())[:10]) or 0)  # Powertools replays a 0 as None
