"""What the tests of the functions and of their contract share: problems, and a failing database."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError

from neoforge import table
from neoforge.api import problems
from neoforge.settings import settings
from scripts.template import Json
from tests.support import Response


def assert_problem(response: Response, name: str) -> Json:
    """Assert that an answer is the problem document of this type, and give it."""
    status, title = problems.TYPES[name]
    document: Json = response.json()
    assert (response.status, document["title"], document["status"]) == (status, title, status), document
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    assert document["type"] == f"{settings.docs_base_url}/problems/{name}"
    assert document["request_id"] == response.headers["X-Request-Id"]
    assert document["instance"] == f"urn:uuid:{document['request_id']}"
    assert document["detail"]
    assert document.keys() - {"errors"} == {"type", "title", "status", "detail", "instance", "request_id"}
    return document


def client_error(code: str, *reasons: str, status: int = 400) -> ClientError:
    """An error as DynamoDB answers it; with the cancellation reasons of a transaction, if there are any."""
    response: Any = {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": status}}
    if reasons:
        response["CancellationReasons"] = [{"Code": reason} for reason in reasons]
    return ClientError(response, "Operation")


@contextmanager
def failing(*errors: Exception | None, operation: str | None = None, lost: bool = False) -> Iterator[list[Json]]:
    """Fail the next calls to the database (None: let one through; `lost`: only its answer); give what was sent."""
    events, left = table.client().meta.events, list(errors)
    sent: list[Json] = []

    def fail(model: Any, **_: Any) -> None:
        if operation in {None, model.name} and left and (error := left.pop(0)):
            raise error

    def record(params: Any, model: Any, **_: Any) -> None:
        sent.append({"operation": model.name} | json.loads(params["body"]))

    moment = f"{'after' if lost else 'before'}-call.dynamodb"
    events.register_first("before-call.dynamodb", record)
    events.register(moment, fail)
    try:
        yield sent
    finally:
        events.unregister("before-call.dynamodb", record)
        events.unregister(moment, fail)
