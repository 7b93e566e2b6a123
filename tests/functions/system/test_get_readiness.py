"""GET /v1/ready."""

import pytest
from botocore.exceptions import ConnectTimeoutError

from neoforge.dynamodb.client import get_client
from neoforge.dynamodb.item import Item
from tests.api import call
from tests.functions.helpers import assert_problem, client_error, failing


def test_ready_asks_the_table_once() -> None:
    with failing() as sent:
        response = call("GET", "/v1/ready")
    assert (response.status, response.json()) == (200, {"status": "ready"})
    assert response.headers["Cache-Control"] == "no-store"
    assert [one["operation"] for one in sent] == ["GetItem"]


@pytest.mark.parametrize(
    "error",
    [
        client_error("AccessDeniedException"),
        client_error("ThrottlingException"),
        client_error("InternalServerError", status=500),
        ConnectTimeoutError(endpoint_url="https://dynamodb"),
    ],
    ids=repr,
)
def test_a_table_that_does_not_answer_is_503(error: Exception) -> None:
    with failing(*[error] * 10):
        response = call("GET", "/v1/ready")
    assert_problem(response, "service-unavailable")
    assert response.headers["Retry-After"] == "1"


def test_a_table_that_is_not_there_is_503_and_is_not_named() -> None:
    get_client().delete_table(TableName=Item.Meta.table_name)
    response = call("GET", "/v1/ready")
    assert_problem(response, "service-unavailable")
    assert Item.Meta.table_name not in response.text
