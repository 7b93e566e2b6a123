"""The unit of work: everything a request writes, committed as one transaction with every condition on it.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
"""

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from neoforge import clock, observability, table
from neoforge.attributes import Change
from neoforge.errors import Outdated, Unavailable
from neoforge.table import Item

# Makes the error of a failed condition; it is given the item that was found instead, if there was one.
Otherwise = Callable[[Item | None], Exception]

CONDITION_FAILED = {"ConditionalCheckFailed", "ConditionalCheckFailedException"}


def outdated(_: Item | None) -> Exception:
    """Say that what was read has changed: the default of every condition."""
    return Outdated()


class Write(NamedTuple):
    """One write of the transaction: the operation, its parameters, and what its failed condition means."""

    operation: str  # Put, Update or Delete
    parameters: dict[str, Any]
    otherwise: Otherwise


class UnitOfWork:
    """Collects writes (at most 100, 4 MB, one an item) and commits all of them or none."""

    def __init__(self) -> None:
        self.writes: list[Write] = []
        self._tell: list[Callable[[], None]] = []

    def put(self, item: Item, condition: Condition | None, otherwise: Otherwise = outdated) -> None:
        """Make or replace a whole item."""
        parameters = item.get_save_kwargs_from_instance(condition, return_values_on_condition_failure="ALL_OLD")
        self.writes.append(Write("Put", parameters, otherwise))

    def update(self, item: Item, actions: Sequence[Action]) -> None:
        """Change attributes of an item, or make it with them."""
        self.writes.append(Write("Update", item.get_update_kwargs_from_instance(list(actions)), outdated))

    def change(self, change: Change, otherwise: Otherwise = outdated) -> None:
        """Change parts of an item that is no document."""
        self.writes.append(Write("Update", change.parameters(), otherwise))

    def delete(self, item: Item, condition: Condition | None, otherwise: Otherwise = outdated) -> None:
        """Delete an item."""
        parameters = item.get_delete_kwargs_from_instance(condition)
        parameters["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        self.writes.append(Write("Delete", parameters, otherwise))

    def first(self, write: Write) -> None:
        """Put a write before all others: of several failed conditions, the first one's error is raised."""
        self.writes.insert(0, write)

    def then(self, tell: Callable[[], None]) -> None:
        """Call something once everything is written, such as a log of it."""
        self._tell.append(tell)

    def commit(self) -> None:
        """Write everything. Tries again until the request is overdue while the database is busy.

        A try whose answer was lost is repeated with its token, so that DynamoDB does not do it twice; one that was
        cancelled did nothing and is repeated with a new one.
        Raises the error of the first failed condition, or Unavailable when overdue.
        """
        if self.writes:
            self._write()
        for tell in self._tell:
            tell()

    def _write(self) -> None:
        token = clock.new_token()
        for attempt in count():
            try:
                self._send(token)
            except (ClientError, BotoCoreError) as error:
                self._explain(error)
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
            table.client().transact_write_items(TransactItems=items, ClientRequestToken=token)
        else:  # a single item costs half as much without a transaction
            write = self.writes[0]
            getattr(table.client(), f"{write.operation.lower()}_item")(**write.parameters)

    def _explain(self, error: Exception) -> None:
        """Raise what the first failed condition stands for; reasons come in the order of the writes."""
        if not isinstance(error, ClientError):
            return
        response: Any = error.response
        single = [{"Code": response["Error"]["Code"], "Item": response.get("Item")}]
        for write, reason in zip(self.writes, response.get("CancellationReasons", single), strict=False):
            if reason["Code"] in CONDITION_FAILED:
                found = Item.from_raw_data(reason["Item"]) if reason.get("Item") else None
                raise write.otherwise(found) from error


def _cancelled(error: Exception) -> bool:
    return isinstance(error, ClientError) and error.response["Error"]["Code"] == "TransactionCanceledException"


def _busy(error: Exception) -> bool:
    if not _cancelled(error):
        return table.transient(error)
    response: Any = getattr(error, "response", None)
    codes = {reason["Code"] for reason in response.get("CancellationReasons", [])} - {"None"}
    return bool(codes) and codes <= {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}


def transact[Result](build: Callable[[UnitOfWork], Result]) -> Result:
    """Build a unit of work and commit it; again from the start while what it read changes before it is written.

    Raises Unavailable when the request is overdue, and whatever `build` raises.
    """
    for attempt in count():
        work = UnitOfWork()
        result = build(work)
        try:
            work.commit()
        except Outdated as error:
            if clock.overdue():
                raise Unavailable from error
            clock.pause(attempt)
        else:
            return result
    raise AssertionError  # count() does not end
