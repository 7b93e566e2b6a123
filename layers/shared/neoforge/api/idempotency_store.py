"""Idempotency records: Powertools' own, with two changes that make a request take effect exactly once (docs/adr/0001).

    IDEMPOTENCY#<hash>   IDEMPOTENCY   status, answer, fingerprint of the request, lock; deleted by TTL

A record is locked by a random token. The transaction that writes the resource also completes the record, on the
condition that it still has our lock. So there is one resource and one answer whether a process is killed between any
two calls, an answer is lost, or a lock expires while its owner is still running.
"""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyInconsistentStateError,
    IdempotencyItemAlreadyExistsError,
    IdempotencyItemNotFoundError,
)
from aws_lambda_powertools.utilities.idempotency.persistence.base import BasePersistenceLayer
from aws_lambda_powertools.utilities.idempotency.persistence.datarecord import DataRecord
from botocore.exceptions import BotoCoreError, ClientError

from neoforge import clock, observability
from neoforge.dynamodb.client import get_client, is_unanswered
from neoforge.dynamodb.expressions import Update, Value, decode, encode
from neoforge.dynamodb.keys import primary_key
from neoforge.dynamodb.transaction import CONDITION_FAILED, Write
from neoforge.limits import IDEMPOTENCY_SECONDS
from neoforge.settings import settings

SORT_KEY = "IDEMPOTENCY"


class Record(BasePersistenceLayer):
    """The record of one request, as Powertools' persistence layer.

    previous: fingerprints under which previous signing keys may have stored the same request.
    """

    def __init__(self, previous: Sequence[str] = ()) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._previous = previous
        self.overtaken = False  # whether the lock was another request's when we released it
        self._key = ""
        self._lock = ""

    def completion(self, answer: dict[str, Any]) -> Write:
        """Return the write of the answer into the record, on the condition that it still has our lock."""
        expires_at = int(clock.now()) + IDEMPOTENCY_SECONDS
        values: dict[str, Value] = {":done": "COMPLETED", ":answer": answer, ":expires_at": expires_at}
        expression = "SET #status = :done, answer = :answer, expires_at = :expires_at"
        update = self._update_if_locked(expression, values)
        return Write("Update", update.parameters(), lambda _: IdempotencyInconsistentStateError("The lock was lost."))

    def delete_record(self, data: dict[str, Any], exception: Exception) -> None:
        """Release the lock after a failure, unless the database does not answer: then the lock expires."""
        if not is_unanswered(exception.__cause__):
            with clock.limited(math.inf):  # better late than to keep a retry waiting
                super().delete_record(data, exception)

    def _put_record(self, data_record: DataRecord) -> None:
        """Lock the key. Raises IdempotencyItemAlreadyExistsError, IdempotencyValidationError for another payload."""
        self._key, self._lock, self.overtaken = data_record.idempotency_key, clock.new_secret(), False
        item: dict[str, Value] = {
            "status": data_record.status,
            "expires_at": data_record.expiry_timestamp or 0,
            "locked_until": data_record.in_progress_expiry_timestamp or 0,
            "fingerprint": data_record.payload_hash,
            "lock": self._lock,
        }
        content = primary_key(self._key, SORT_KEY) | {name: encode(value) for name, value in item.items()}
        try:
            get_client().put_item(TableName=settings.table_name, Item=content, **_if_free())
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            found = decode({"M": error.response["Item"]})  # type: ignore[typeddict-item]
            if found.get("lock") != self._lock:  # else an earlier try of the SDK, whose answer was lost, has locked it
                record = _data_record(found)
                self._validate_payload(data_record, record)
                raise IdempotencyItemAlreadyExistsError(old_data_record=record) from error

    def _validate_payload(self, data_payload: Any, stored_data_record: DataRecord) -> None:
        """Raise IdempotencyValidationError unless the stored fingerprint is one of the request's."""
        if stored_data_record.payload_hash not in map(self._generate_hash, self._previous):
            super()._validate_payload(data_payload, stored_data_record)

    def _get_record(self, idempotency_key: str) -> DataRecord:
        """Raise IdempotencyItemNotFoundError: a lock that fails has returned the record already."""
        raise IdempotencyItemNotFoundError(idempotency_key)

    def _update_record(self, data_record: DataRecord) -> None:
        """Leave the record as the transaction has completed it."""

    def _delete_record(self, data_record: DataRecord) -> None:  # noqa: ARG002 - it has our key
        """Release the lock if it is still ours, so that a retry need not wait until it expires."""
        try:
            update = self._update_if_locked("SET locked_until = :never", {":never": 0})
            get_client().update_item(**update.parameters())
        except (ClientError, BotoCoreError) as error:
            observability.count("LockNotReleased")  # it is lost already, or expires
            self.overtaken = isinstance(error, ClientError) and error.response["Error"]["Code"] in CONDITION_FAILED

    def _update_if_locked(self, expression: str, values: Mapping[str, Value]) -> Update:
        return Update(
            self._key,
            SORT_KEY,
            expression,
            {":lock": self._lock, ":locked": "INPROGRESS", **values},
            {"#lock": "lock", "#status": "status"},
            "#lock = :lock AND #status = :locked",
        )


def _if_free() -> dict[str, Any]:
    """Return the condition of a lock: the key is new, or its answer has expired, or its lock has."""
    now = clock.now()
    values: dict[str, Value] = {":now": int(now), ":now_ms": int(now * 1000), ":locked": "INPROGRESS"}
    return {
        "ConditionExpression": "attribute_not_exists(pk) OR expires_at < :now "
        "OR (#status = :locked AND locked_until < :now_ms)",
        "ExpressionAttributeNames": {"#status": "status"},
        "ExpressionAttributeValues": {name: encode(value) for name, value in values.items()},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def _data_record(found: dict[str, Any]) -> DataRecord:
    # Stored as it was answered: as JSON, which Powertools wants, a text may be three times as large.
    answer = found.get("answer")
    return DataRecord(
        idempotency_key=found["pk"],
        status=found["status"],
        expiry_timestamp=int(found["expires_at"]),
        in_progress_expiry_timestamp=int(found["locked_until"]),
        response_data=json.dumps(answer | {"status": int(answer["status"])}) if answer else "",
        payload_hash=found["fingerprint"],
    )
