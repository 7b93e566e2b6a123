"""Items that are no document: read and changed attribute by attribute, a change in one call that gives the result."""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple, cast

from botocore.exceptions import ClientError

from neoforge import clock, table
from neoforge.settings import settings

TRIES = 3  # of an update while the item is in a transaction

Value = str | float | frozenset[str] | Mapping[str, "Value"]
Image = dict[str, Any]  # an item's attributes


class ConditionFailed(Exception):
    """The item is not as the condition wants it, and stays so."""


def encoded(value: Value) -> dict[str, Any]:
    """Write a value as DynamoDB takes it."""
    match value:
        case str():
            return {"S": value}
        case int() | float():
            return {"N": repr(value)}
        case frozenset():
            return {"SS": sorted(value)}
        case _:
            return {"M": {name: encoded(member) for name, member in value.items()}}


def decoded(attribute: Mapping[str, Any]) -> Any:
    """Read a value that DynamoDB gave."""
    ((kind, value),) = attribute.items()
    match kind:
        case "N":
            return float(value)
        case "SS":
            return frozenset(value)
        case "M":
            return {name: decoded(member) for name, member in value.items()}
        case _:
            return value


def read(pk: str, sk: str) -> Image | None:
    """Read an item that is no document, as it is now (1 read unit for each 4 KB). Raises Unavailable."""
    with table.translated():
        answer = table.client().get_item(TableName=settings.table_name, Key=table.key_of(pk, sk), ConsistentRead=True)
    return decoded({"M": answer["Item"]}) if "Item" in answer else None


class Change(NamedTuple):
    """A change of parts of an item that is no document, which is made if there is none.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
    """

    pk: str
    sk: str
    expression: str
    values: Mapping[str, Value]
    names: Mapping[str, str] = {}  # of attributes whose names DynamoDB reserves or that are made up
    condition: str = ""

    def parameters(self) -> dict[str, Any]:
        """Write what UpdateItem and a transaction's Update take."""
        parameters = {
            "TableName": settings.table_name,
            "Key": table.key_of(self.pk, self.sk),
            "UpdateExpression": self.expression,
            "ExpressionAttributeValues": {name: encoded(value) for name, value in self.values.items()},
            "ExpressionAttributeNames": dict(self.names),
            "ConditionExpression": self.condition,
        }
        return {name: parameter for name, parameter in parameters.items() if parameter}


def read_all(keys: Sequence[tuple[str, str]]) -> list[Image]:
    """Read up to 100 items that are no documents at once; those that exist, in any order (half a read unit each).

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
    Raises Unavailable.
    """
    name, found = settings.table_name, []
    left: Any = {name: {"Keys": [table.key_of(*key) for key in keys]}}
    with table.translated():
        for attempt in count():
            answer = table.client().batch_get_item(RequestItems=left)
            found += [decoded({"M": item}) for item in answer["Responses"].get(name, [])]
            left = answer.get("UnprocessedKeys")
            if not left:
                break
            clock.pause(attempt)
    return found


def update(change: Change) -> Image:
    """Change an item in one write, and give it as it is then.

    Raises ConditionFailed, and Unavailable, also while the item stays in a transaction under way.
    """
    with table.translated():
        for attempt in range(TRIES):
            try:
                answer = table.client().update_item(**change.parameters(), ReturnValues="ALL_NEW")
                return cast("Image", decoded({"M": answer["Attributes"]}))
            except ClientError as error:
                code = error.response["Error"]["Code"]
                if code == "ConditionalCheckFailedException":
                    raise ConditionFailed from error
                if code != "TransactionConflictException" or attempt + 1 == TRIES:
                    raise
                clock.pause(attempt)
    raise AssertionError  # the last try returns or raises


def delete(pk: str, sk: str) -> None:
    """Delete an item, if there is one. Raises Unavailable."""
    with table.translated():
        table.client().delete_item(TableName=settings.table_name, Key=table.key_of(pk, sk))
