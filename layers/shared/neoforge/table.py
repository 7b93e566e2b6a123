"""The single table: its item, its keys, its one client, and its failures in our words."""

import encodings.idna  # noqa: F401 - urllib3 would load it in the first request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any, NamedTuple, cast

from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004 - as botocore names it
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PynamoDBException
from pynamodb.expressions.condition import Condition
from pynamodb.models import Model

from neoforge import clock, observability
from neoforge.errors import Unavailable
from neoforge.settings import settings

# Errors of DynamoDB that pass by themselves.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
TRANSIENT = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottlingException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)


TRIES = 3  # of an update while the item is in a transaction

Value = str | float | frozenset[str] | Mapping[str, "Value"]
Image = dict[str, Any]  # an item's attributes


class ConditionFailed(Exception):
    """The item is not as the condition wants it, and stays so."""


class Item(Model):
    """Any item of the table. A resource is one JSON document beside its keys and version (docs/adr/0002)."""

    class Meta:
        table_name = settings.table_name
        connect_timeout_seconds = 1
        read_timeout_seconds = 2
        max_retry_attempts = 1

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    document = UnicodeAttribute(null=True)
    version = NumberAttribute(null=True)  # of a resource: raised by each change, the base of its ETag
    total = NumberAttribute(null=True)  # of a collection: how many items it has
    revision = NumberAttribute(null=True)  # of a collection: raised by each change in it
    expires_at = NumberAttribute(null=True)  # TTL, seconds since the epoch; deletion lags, so readers look too


def client() -> Any:
    """Give the one botocore client of the process; PynamoDB and Powertools share it. Raises Unavailable too late."""
    if clock.overdue():
        raise Unavailable
    return Item._get_connection().connection.client  # noqa: SLF001 - PynamoDB has no public way to it


def _make_client() -> None:
    """Make the client while the process starts, not during its first request.

    With its User-Agent written once: botocore writes it twice a call otherwise, a sixth of what a call costs.
    """
    session = Item._get_connection().connection.session  # noqa: SLF001
    session.set_default_client_config(Config(user_agent=session.user_agent()))
    client()


_make_client()


def get(pk: str, sk: str) -> Item | None:
    """Read an item as it is now (strongly consistent; 1 read unit for each 4 KB). Raises Unavailable."""
    with translated():
        try:
            return Item.get(pk, sk, consistent_read=True)
        except Item.DoesNotExist:
            return None


def ping() -> None:
    """Read an item that need not exist. Raises Unavailable for every reason why that fails."""
    try:
        get("PING", "PING")
    except Unavailable:
        raise
    except Exception as error:
        observability.failed(error)
        raise Unavailable from error


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


def key_of(pk: str, sk: str) -> dict[str, Any]:
    """Write the key of an item."""
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def read(pk: str, sk: str) -> Image | None:
    """Read an item that is no document, as it is now (1 read unit for each 4 KB). Raises Unavailable."""
    with translated():
        answer = client().get_item(TableName=settings.table_name, Key=key_of(pk, sk), ConsistentRead=True)
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
            "Key": key_of(self.pk, self.sk),
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
    left: Any = {name: {"Keys": [key_of(*key) for key in keys]}}
    with translated():
        for attempt in count():
            answer = client().batch_get_item(RequestItems=left)
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
    with translated():
        for attempt in range(TRIES):
            try:
                answer = client().update_item(**change.parameters(), ReturnValues="ALL_NEW")
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
    with translated():
        client().delete_item(TableName=settings.table_name, Key=key_of(pk, sk))


def query(
    pk: str,
    condition: Condition | None,
    *,
    limit: int,
    forward: bool,
    after: str | None = None,
    consistent: bool = True,
) -> list[Item]:
    """Read up to `limit` items of a partition in the order of their sort keys, from behind the key `after`."""
    start = key_of(pk, after) if after is not None else None
    with translated():
        return list(
            Item.query(
                pk,
                condition,
                consistent_read=consistent,
                scan_index_forward=forward,
                limit=limit,
                last_evaluated_key=start,
            )
        )


def transient(error: Exception) -> bool:
    """Tell whether the same call may succeed a moment later."""
    if isinstance(error, PynamoDBException):
        # PynamoDB's own cause lacks the response's metadata, what that one was raised from has it.
        cause = getattr(error.cause, "__cause__", None) or error.cause
        return isinstance(cause, Exception) and transient(cause)
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return error.response["Error"]["Code"] in TRANSIENT or status >= 500  # noqa: PLR2004 - RFC 9110, 15.6
    return unanswered(error)


def unanswered(error: BaseException | None) -> bool:
    """Tell whether the database did not answer at all."""
    return isinstance(error, HTTPClientError | ConnectionError)


@contextmanager
def translated() -> Iterator[None]:
    """Raise Unavailable for a failure of the database that passes by itself; let every other one through."""
    if clock.overdue():
        raise Unavailable
    try:
        yield
    except Exception as error:
        if transient(error):
            raise Unavailable from error
        raise
