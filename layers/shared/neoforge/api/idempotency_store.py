"""Idempotency records: Powertools' own, with two changes that make it exactly once (docs/adr/0001).

    IDEMPOTENCY#<hash>   IDEMPOTENCY   status, answer, fingerprint of the request, lock; deleted by TTL

Each record has a partition of its own and is locked by a random token. It is completed by the very transaction that
writes the resource, on the condition that the lock is still ours. So a process that ends between any two calls, an
answer that is lost and a lock that expires while its owner still runs all leave one resource and one answer.
"""

import json
import math
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyInconsistentStateError,
    IdempotencyItemAlreadyExistsError,
)
from aws_lambda_powertools.utilities.idempotency.persistence.datarecord import DataRecord
from botocore.exceptions import BotoCoreError, ClientError

from neoforge import clock, observability
from neoforge.api.constraints import IDEMPOTENCY_SECONDS
from neoforge.dynamodb.client import get_client, is_unanswered
from neoforge.dynamodb.expressions import Update, Value
from neoforge.dynamodb.keys import primary_key
from neoforge.dynamodb.transaction import CONDITION_FAILED, Write
from neoforge.settings import settings

SORT_KEY = "IDEMPOTENCY"

# The lock of the request under way in this thread.
_lock: ContextVar[str] = ContextVar("lock")
_overtaken: ContextVar[bool] = ContextVar("overtaken")


class Records(DynamoDBPersistenceLayer):
    """Powertools' records, each in a partition of its own, locked by a token."""

    @property
    def client(self) -> Any:
        """The client, which is not given after the request's deadline."""
        return get_client()

    @client.setter
    def client(self, _: Any) -> None:
        """Ignore the one that Powertools keeps: it is the same."""

    def key_of(self, identity: dict[str, Any]) -> str:
        """Give the partition key of an operation's record."""
        return str(self._get_hashed_idempotency_key(identity))

    def _get_key(self, idempotency_key: str) -> dict[str, Any]:
        return primary_key(idempotency_key, SORT_KEY)

    def _put_record(self, data_record: DataRecord) -> None:
        """Lock a key. Raises IdempotencyItemAlreadyExistsError, IdempotencyValidationError for another payload."""
        lock = clock.new_secret()
        item = self._get_key(data_record.idempotency_key) | {
            "status": {"S": data_record.status},
            "expires_at": {"N": str(data_record.expiry_timestamp)},
            "locked_until": {"N": str(data_record.in_progress_expiry_timestamp)},
            "fingerprint": {"S": data_record.payload_hash},
            "lock": {"S": lock},
        }
        try:
            self.client.put_item(TableName=self.table_name, Item=item, **_free())
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            found: Any = error.response.get("Item")
            if found.get("lock", {}).get("S") != lock:  # ours: an earlier try of the SDK whose answer was lost
                record = self._item_to_data_record(found)
                self._validate_payload(data_record, record)
                raise IdempotencyItemAlreadyExistsError(old_data_record=record) from error
        _lock.set(lock)
        _overtaken.set(False)

    def _update_record(self, data_record: DataRecord) -> None:
        """Do nothing: the record was completed with the commit."""

    def delete_record(self, data: dict[str, Any], exception: Exception) -> None:
        """Give up the lock, unless the database does not answer: then the lock ends by itself."""
        if not is_unanswered(exception.__cause__):
            with clock.limited(math.inf):  # late is better than to let the retry wait
                super().delete_record(data, exception)

    def _delete_record(self, data_record: DataRecord) -> None:
        """Give up the lock, if it is still ours, so that a retry need not wait for its end."""
        try:
            change = _if_still_ours(data_record.idempotency_key, "SET locked_until = :never", {":never": 0})
            self.client.update_item(**change.parameters())
        except (ClientError, BotoCoreError) as error:
            observability.count("LockNotReleased")  # it is lost already, or ends by itself
            lost = isinstance(error, ClientError) and error.response["Error"]["Code"] in CONDITION_FAILED
            _overtaken.set(lost)

    def overtaken(self) -> bool:
        """Tell whether the lock that was to be given up was another request's by then."""
        return _overtaken.get()

    def completion(self, key: str, answer: dict[str, Any]) -> Write:
        """Write the answer into the record, on the condition that the lock is still ours."""
        until = int(clock.now()) + IDEMPOTENCY_SECONDS
        values: dict[str, Value] = {":done": "COMPLETED", ":answer": json.dumps(answer), ":until": until}
        expression = "SET #status = :done, answer = :answer, expires_at = :until"
        change = _if_still_ours(key, expression, values)
        return Write("Update", change.parameters(), lambda _: IdempotencyInconsistentStateError("The lock was lost."))


def _free() -> dict[str, Any]:
    """Allow a lock if the key is new, its answer is no longer kept, or the one who locked it is out of time."""
    now = clock.now()
    return {
        "ConditionExpression": "attribute_not_exists(pk) OR expires_at < :now "
        "OR (#status = :locked AND locked_until < :now_ms)",
        "ExpressionAttributeNames": {"#status": "status"},
        "ExpressionAttributeValues": {
            ":now": {"N": str(int(now))},
            ":now_ms": {"N": str(int(now * 1000))},
            ":locked": {"S": "INPROGRESS"},
        },
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def _if_still_ours(key: str, expression: str, values: Mapping[str, Value]) -> Update:
    return Update(
        key,
        SORT_KEY,
        expression,
        {":lock": _lock.get(), ":locked": "INPROGRESS", **values},
        {"#lock": "lock", "#status": "status"},
        "#lock = :lock AND #status = :locked",
    )


records = Records(
    table_name=settings.table_name,
    key_attr="pk",
    sort_key_attr="sk",
    expiry_attr="expires_at",
    in_progress_expiry_attr="locked_until",
    data_attr="answer",
    validation_key_attr="fingerprint",
    boto3_client=get_client(),
)
