"""The DynamoDB client, one per process and shared by PynamoDB and Powertools, and its transient errors."""

import encodings.idna  # noqa: F401 - urllib3 would load it in the first request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004 - as botocore names it
from pynamodb.exceptions import PynamoDBException

from neoforge import clock
from neoforge.dynamodb.item import Item
from neoforge.errors import Unavailable
from neoforge.startup import at_startup

# Errors of DynamoDB that a retry can resolve.
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


def check_deadline() -> None:
    """Raise Unavailable after the request's deadline."""
    if clock.overdue():
        raise Unavailable


def get_client() -> Any:
    """Return the client. Raises Unavailable after the request's deadline."""
    check_deadline()
    return Item.client()


at_startup(Item.client)


def is_transient(error: Exception) -> bool:
    """Return whether the same call may succeed a moment later."""
    if isinstance(error, PynamoDBException):
        # PynamoDB's own cause lacks the response's metadata; the error behind it has them.
        cause = getattr(error.cause, "__cause__", None) or error.cause
        return isinstance(cause, Exception) and is_transient(cause)
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return error.response["Error"]["Code"] in TRANSIENT or status >= 500  # noqa: PLR2004 - RFC 9110, 15.6
    return is_unanswered(error)


def is_unanswered(error: BaseException | None) -> bool:
    """Return whether the database did not answer at all, so that the call may have taken effect."""
    return isinstance(error, HTTPClientError | ConnectionError)


@contextmanager
def translate_errors() -> Iterator[None]:
    """Raise Unavailable for a transient error of the database, and any other error unchanged."""
    try:
        yield
    except Exception as error:
        if is_transient(error):
            raise Unavailable from error
        raise
