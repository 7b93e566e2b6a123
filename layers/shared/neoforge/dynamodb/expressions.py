"""Items without a document: update expressions, and reads and writes of single attributes."""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple, cast

from botocore.exceptions import ClientError

from neoforge import clock
from neoforge.dynamodb.client import get_client, translate_errors
from neoforge.dynamodb.keys import primary_key
from neoforge.settings import settings

TRIES = 3  # of an update while a transaction holds the item
RETURNED = {"ReturnValues": "ALL_NEW", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}

Value = str | float | frozenset[str] | Mapping[str, "Value"]
Image = dict[str, Any]  # an item's attributes


class ConditionFailed(Exception):
    """The condition does not hold. Nothing was written. `image` is the item as it is; None if it does not exist."""

    def __init__(self, item: Mapping[str, Any] | None) -> None:
        super().__init__()
        self._item = item

    @property
    def image(self) -> "Image | None":
        return decode({"M": self._item}) if self._item else None


def encode(value: Value) -> dict[str, Any]:
    """Return a value in DynamoDB JSON."""
    match value:
        case str():
            return {"S": value}
        case int() | float():
            return {"N": repr(value)}
        case frozenset():
            return {"SS": sorted(value)}
        case _:
            return {"M": {name: encode(member) for name, member in value.items()}}


def decode(attribute: Mapping[str, Any]) -> Any:
    """Return the value of DynamoDB JSON."""
    ((kind, value),) = attribute.items()
    match kind:
        case "N":
            return float(value)
        case "SS":
            return frozenset(value)
        case "M":
            return {name: decode(member) for name, member in value.items()}
        case _:
            return value


def get(pk: str, sk: str) -> Image | None:
    """Read an item without a document (strongly consistent; 1 read unit per 4 KB). Raises Unavailable."""
    with translate_errors():
        answer = get_client().get_item(TableName=settings.table_name, Key=primary_key(pk, sk), ConsistentRead=True)
    return decode({"M": answer["Item"]}) if "Item" in answer else None


class Update(NamedTuple):
    """An update expression on one item, which is created if it does not exist.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
    """

    pk: str
    sk: str
    expression: str
    values: Mapping[str, Value]
    names: Mapping[str, str] = {}  # of attributes with reserved or computed names
    condition: str = ""

    def parameters(self) -> dict[str, Any]:
        """Return the parameters of UpdateItem, or of an Update in a transaction."""
        parameters = {
            "TableName": settings.table_name,
            "Key": primary_key(self.pk, self.sk),
            "UpdateExpression": self.expression,
            "ExpressionAttributeValues": {name: encode(value) for name, value in self.values.items()},
            "ExpressionAttributeNames": dict(self.names),
            "ConditionExpression": self.condition,
        }
        return {name: parameter for name, parameter in parameters.items() if parameter}


def batch_get(keys: Sequence[tuple[str, str]]) -> list[Image]:
    """Read up to 100 items (eventually consistent; half a read unit each). Return those that exist, in any order.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
    Raises Unavailable.
    """
    name, found = settings.table_name, []
    left: Any = {name: {"Keys": [primary_key(*key) for key in keys]}}
    with translate_errors():
        for attempt in count():
            answer = get_client().batch_get_item(RequestItems=left)
            found += [decode({"M": item}) for item in answer["Responses"].get(name, [])]
            left = answer.get("UnprocessedKeys")
            if not left:
                break
            clock.pause(attempt)
    return found


def update(update: Update) -> Image:
    """Update an item and return its new state.

    Raises ConditionFailed, and Unavailable, also if a transaction holds the item for too long.
    """
    with translate_errors():
        for attempt in range(TRIES):
            try:
                answer = get_client().update_item(**update.parameters(), **RETURNED)
                return cast("Image", decode({"M": answer["Attributes"]}))
            except ClientError as error:
                response: Any = error.response
                code = response["Error"]["Code"]
                if code == "ConditionalCheckFailedException":
                    raise ConditionFailed(response.get("Item")) from error
                if code != "TransactionConflictException" or attempt + 1 == TRIES:
                    raise
                clock.pause(attempt)
    raise AssertionError  # the last try returns or raises


def delete(pk: str, sk: str) -> None:
    """Delete an item if it exists. Raises Unavailable."""
    with translate_errors():
        get_client().delete_item(TableName=settings.table_name, Key=primary_key(pk, sk))
