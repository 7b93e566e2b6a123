"""The process's one DynamoDB client, which PynamoDB and Powertools share, and its failures in our words."""

import encodings.idna  # noqa: F401 - urllib3 would load it in the first request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004 - as botocore names it
from pynamodb.exceptions import PynamoDBException

from neoforge import clock
from neoforge.dynamodb.item import Item
from neoforge.errors import Unavailable

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


def check_deadline() -> None:
    """Raise Unavailable after the request's deadline."""
    if clock.overdue():
        raise Unavailable


def get_client() -> Any:
    """Return the client. Raises Unavailable after the request's deadline."""
    check_deadline()
    return Item._get_connection().connection.client  # noqa: SLF001 - PynamoDB has no public way to it


def _create_client() -> None:
    """Create the client while the process starts, not during its first request.

    With its User-Agent written once: botocore writes it twice a call otherwise, a sixth of what a call costs.
    """
    session = Item._get_connection().connection.session  # noqa: SLF001
    session.set_default_client_config(Config(user_agent=session.user_agent()))
    get_client()


_create_client()


def is_transient(error: Exception) -> bool:
    """Return whether the same call may succeed a moment later."""
    if isinstance(error, PynamoDBException):
        # PynamoDB's own cause lacks the response's metadata, what that one was raised from has it.
        cause = getattr(error.cause, "__cause__", None) or error.cause
        return isinstance(cause, Exception) and is_transient(cause)
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return error.response["Error"]["Code"] in TRANSIENT or status >= 500  # noqa: PLR2004 - RFC 9110, 15.6
    return is_unanswered(error)


def is_unanswered(error: BaseException | None) -> bool:
    """Return whether the database did not answer at all."""
    return isinstance(error, HTTPClientError | ConnectionError)


@contextmanager
def translate_errors() -> Iterator[None]:
    """Raise Unavailable for a transient failure of the database, and any other one as it is."""
    try:
        yield
    except Exception as error:
        if is_transient(error):
            raise Unavailable from error
        raise
