"""The single table: its item, its keys, its one client, and its failures in our words."""

import encodings.idna  # noqa: F401 - urllib3 would load it in the first request
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004 - as botocore names it
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PynamoDBException
from pynamodb.expressions.condition import Condition
from pynamodb.models import Model

from neoforge import clock, observability
from neoforge.errors import NotFound, Unavailable
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


# How documents of a type came to their shape of today (docs/migrations.md): the first step makes shape 2 of shape 1. A
# type is the prefix of its ids, or the first word of its sort key.
STEPS: dict[str, tuple[Callable[[dict[str, Any]], dict[str, Any]], ...]] = {}


def type_of(sk: str) -> str:
    """Name the type of the document at a sort key: prj of PROJECT#prj_0193…, ACCOUNT of ACCOUNT."""
    found = re.search(r"(?:^|#)([a-z]{3})_[0-9a-f-]{36}$", sk)
    return found[1] if found else sk.partition("#")[0]


def latest(sk: str) -> int:
    """Tell in which shape the document at a sort key is written today, from 1."""
    return 1 + len(STEPS.get(type_of(sk), ())) if STEPS else 1


def upgraded(sk: str, document: str, shape: int) -> str:
    """Bring a document to its shape of today. One that is ahead, of a newer deployment, stays as it is."""
    if shape >= latest(sk):
        return document
    value = json.loads(document)
    for step in STEPS[type_of(sk)][shape - 1 :]:
        value = step(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


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
    shape = NumberAttribute(null=True)  # of the document, if not 1 (docs/migrations.md)
    version = NumberAttribute(null=True)  # of a resource: raised by each change, the base of its ETag
    total = NumberAttribute(null=True)  # of a collection: how many items it has
    revision = NumberAttribute(null=True)  # of a collection: raised by each change in it
    expires_at = NumberAttribute(null=True)  # TTL, seconds since the epoch; deletion lags, so readers look too

    @classmethod
    def of(cls, pk: str, sk: str, document: str, version: int, expires_at: int | None = None) -> "Item":
        """Make an item of a document in its shape of today."""
        item = cls(pk, sk, document=document, version=version, expires_at=expires_at)
        if (shape := latest(sk)) > 1:
            item.shape = shape
        return item

    @property
    def text(self) -> str:
        """The document in its shape of today; empty if there is none."""
        return upgraded(self.sk, self.document, int(self.shape or 1)) if self.document else ""


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


def document(pk: str, sk: str) -> str:
    """Read an item's document as it is now. Raises NotFound and Unavailable."""
    item = get(pk, sk)
    if item is None or item.document is None:
        raise NotFound
    return item.text


def ping() -> None:
    """Read an item that need not exist. Raises Unavailable for every reason why that fails."""
    try:
        get("PING", "PING")
    except Unavailable:
        raise
    except Exception as error:
        observability.failed(error)
        raise Unavailable from error


def key_of(pk: str, sk: str) -> dict[str, Any]:
    """Write the key of an item."""
    return {"pk": {"S": pk}, "sk": {"S": sk}}


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
