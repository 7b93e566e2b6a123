"""The unit of work: everything a request writes, committed as one transaction with all of its conditions.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
"""

import json
from collections.abc import Callable
from itertools import count
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.expressions.condition import Condition

from neoforge import clock, observability
from neoforge.dynamodb.client import get_client, is_transient
from neoforge.dynamodb.expressions import Update
from neoforge.dynamodb.item import Item
from neoforge.errors import TooLarge, Unavailable, WriteConflict
from neoforge.limits import MAX_ITEM_BYTES

# Returns the error for a failed condition. It is called with the item that was found instead, if any.
OnConditionFailed = Callable[[Item | None], Exception]

CONDITION_FAILED = {"ConditionalCheckFailed", "ConditionalCheckFailedException"}


def write_conflict(_: Item | None) -> Exception:
    return WriteConflict()


class Write(NamedTuple):
    """One write of the transaction, with the error that a failed condition raises."""

    operation: str  # Put, Update, Delete or ConditionCheck
    parameters: dict[str, Any]
    on_condition_failed: OnConditionFailed


class UnitOfWork:
    """Collects writes (at most 100 and 4 MB, one per item) and commits all of them or none."""

    def __init__(self) -> None:
        self.writes: list[Write] = []
        self._callbacks: list[Callable[[], None]] = []

    def put(
        self, item: Item, condition: Condition | None, on_condition_failed: OnConditionFailed = write_conflict
    ) -> None:
        """Create or replace an item."""
        parameters = item.get_save_kwargs_from_instance(condition, return_values_on_condition_failure="ALL_OLD")
        self.writes.append(Write("Put", parameters, on_condition_failed))

    def update(self, update: Update, on_condition_failed: OnConditionFailed = write_conflict) -> None:
        """Update attributes of an item, which is created if it does not exist."""
        self.writes.append(Write("Update", update.parameters(), on_condition_failed))

    def delete(
        self, item: Item, condition: Condition | None, on_condition_failed: OnConditionFailed = write_conflict
    ) -> None:
        parameters = item.get_delete_kwargs_from_instance(condition)
        parameters["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        self.writes.append(Write("Delete", parameters, on_condition_failed))

    def check(self, update: Update, on_condition_failed: OnConditionFailed = write_conflict) -> None:
        """Check the condition of an update of an item that is not written, and do not update it.

        Something else has to be written: there is no check outside a transaction.
        """
        self.writes.append(Write("ConditionCheck", update.parameters(), on_condition_failed))

    def insert_first(self, write: Write) -> None:
        """Insert a write before all others, so that its failed condition takes precedence over theirs."""
        self.writes.insert(0, write)

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Register a callback for when everything is written, such as a log entry."""
        self._callbacks.append(callback)

    def commit(self) -> None:
        """Write everything, retrying until the deadline while the database is busy.

        A call whose answer was lost is retried with the same token, so that DynamoDB does not apply it twice. One that
        was cancelled had no effect and is retried with a new token.
        Raises the error of the first failed condition, TooLarge before anything is sent, or Unavailable after the
        deadline.
        """
        if self.writes:
            self._check_size()
            self._write()
        for callback in self._callbacks:
            callback()

    def _check_size(self) -> None:
        for _, parameters, _ in self.writes:
            content = parameters.get("Item") or parameters.get("ExpressionAttributeValues") or {}
            if len(json.dumps(content, ensure_ascii=False).encode()) > MAX_ITEM_BYTES:
                raise TooLarge

    def _write(self) -> None:
        token = clock.new_token()
        for attempt in count():
            try:
                self._send(token)
            except (ClientError, BotoCoreError) as error:
                self._raise_failed_condition(error)
                if not _busy(error):
                    raise
                if clock.overdue():
                    raise Unavailable from error
                observability.count("TransactionRetry")
                if _cancelled(error):
                    token = clock.new_token()
                clock.pause(attempt)
            else:
                return

    def _send(self, token: str) -> None:
        if len(self.writes) > 1:
            items = [{write.operation: write.parameters} for write in self.writes]
            get_client().transact_write_items(TransactItems=items, ClientRequestToken=token)
        else:  # half the write units without a transaction
            write = self.writes[0]
            getattr(get_client(), f"{write.operation.lower()}_item")(**write.parameters)

    def _raise_failed_condition(self, error: Exception) -> None:
        """Raise the error of the first failed condition. Cancellation reasons are in the order of the writes."""
        if not isinstance(error, ClientError):
            return
        response: Any = error.response
        single = [{"Code": response["Error"]["Code"], "Item": response.get("Item")}]
        for write, reason in zip(self.writes, response.get("CancellationReasons", single), strict=False):
            if reason["Code"] in CONDITION_FAILED:
                found = Item.from_raw_data(reason["Item"]) if reason.get("Item") else None
                raise write.on_condition_failed(found) from error


def _cancelled(error: Exception) -> bool:
    return isinstance(error, ClientError) and error.response["Error"]["Code"] == "TransactionCanceledException"


def _busy(error: Exception) -> bool:
    if not _cancelled(error):
        return is_transient(error)
    response: Any = getattr(error, "response", None)
    codes = {reason["Code"] for reason in response.get("CancellationReasons", [])} - {"None"}
    return bool(codes) and codes <= {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}


def transact[Result](build: Callable[[UnitOfWork], Result]) -> Result:
    """Build a unit of work and commit it. Start again whenever something it read changed before the commit.

    Raises Unavailable after the deadline, and whatever `build` raises.
    """
    for attempt in count():
        work = UnitOfWork()
        result = build(work)
        try:
            work.commit()
        except WriteConflict as error:
            if clock.overdue():
                raise Unavailable from error
            clock.pause(attempt)
        else:
            return result
    raise AssertionError  # count() does not end
