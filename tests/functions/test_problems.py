"""Every error is a problem document (RFC 9457) of a known type, and tells nothing of our inside."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

from neoforge.api.problems import ProblemType
from neoforge.api.response import security_headers
from neoforge.ratelimit.login_throttle import FREE
from tests import notes
from tests.api import PASSWORD, Context, Response, call
from tests.functions.helpers import assert_problem, client_error, failing

ADA = {"email": "ada@example.com", "password": PASSWORD, "display_name": "Ada"}
ADA_GUESSED = {"email": "ada@example.com", "password": "wrong"}
NEW = {"name": "A"}
URL = "https://dynamodb.us-east-1.amazonaws.com"
BUSY = [
    client_error("ThrottlingException"),
    client_error("ProvisionedThroughputExceededException"),
    client_error("InternalServerError", status=500),
    client_error("SomethingNew", status=503),
    ConnectTimeoutError(endpoint_url=URL),
    EndpointConnectionError(endpoint_url=URL),
    ReadTimeoutError(endpoint_url=URL),
]
# Not to be had from a function: API Gateway's own (tests/contract).
ELSEWHERE = {"forbidden", "gateway-timeout"}


def in_progress(token: str, path: str) -> Response:
    """The first request ends between its lock and its commit, so the key stays locked."""
    request: dict[str, Any] = {"body": NEW, "token": token, "headers": {"Idempotency-Key": "k"}}
    killed = OSError("killed")
    with failing(killed, operation="TransactWriteItems"), failing(None, killed, operation="UpdateItem"):
        assert call("POST", "/v1/notes", **request).status >= 500
    return call("POST", "/v1/notes", **request)


def reused(token: str, path: str) -> Response:
    key = {"Idempotency-Key": "k"}
    assert call("POST", "/v1/notes", body=NEW, token=token, headers=key).status == 201
    return call("POST", "/v1/notes", body={"name": "B"}, token=token, headers=key)


def exceeded(token: str, path: str) -> Response:
    for _ in range(FREE):
        assert call("POST", "/v1/auth/login", body=ADA_GUESSED).status == 401
    return call("POST", "/v1/auth/login", body=ADA_GUESSED)


def unforeseen(token: str, path: str) -> Response:
    with failing(RuntimeError("arn:aws:dynamodb:us-east-1:1:table/neoforge-test"), operation="GetItem"):
        return call("GET", path, token=token)


def unavailable(token: str, path: str) -> Response:
    with failing(client_error("ThrottlingException"), operation="GetItem"):
        return call("GET", path, token=token)


def at_the_limit(token: str, _: str) -> Response:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(notes, "MAXIMUM", 1)
        return call("POST", "/v1/notes", body=NEW, token=token)


PROVOKED: dict[str, Callable[[str, str], Response]] = {
    "malformed-request": lambda token, path: call("POST", "/v1/notes", body="{", token=token),
    "invalid-cursor": lambda token, path: call("GET", "/v1/notes", query={"cursor": "x"}, token=token),
    "invalid-idempotency-key": lambda token, path: call(
        "POST", "/v1/notes", body=NEW, token=token, headers={"Idempotency-Key": ""}
    ),
    "unauthorized": lambda token, path: call("GET", path),
    "not-found": lambda token, path: call("GET", "/v1/notes/nte_0", token=token),
    "request-in-progress": in_progress,
    "email-taken": lambda token, path: call("POST", "/v1/auth/register", body=ADA),
    "limit-reached": at_the_limit,
    "precondition-failed": lambda token, path: call("DELETE", path, token=token, headers={"If-Match": '"v9"'}),
    "content-too-large": lambda token, path: call("PATCH", path, body="x" * 262_145, token=token),
    "unsupported-media-type": lambda token, path: call("PATCH", path, token=token),
    "validation-failed": lambda token, path: call("PATCH", path, body={"name": ""}, token=token),
    "idempotency-key-reused": reused,
    "quota-exceeded": exceeded,
    "internal-error": unforeseen,
    "service-unavailable": unavailable,
}


def test_every_type_is_provoked() -> None:
    assert PROVOKED.keys() | ELSEWHERE == {kind.value for kind in ProblemType}


@pytest.mark.parametrize("name", PROVOKED)
def test_an_error_is_the_problem_document_of_its_type(name: str, token: str, path: str) -> None:
    response = PROVOKED[name](token, path)
    document = assert_problem(response, name)
    assert ("errors" in document) == (name == "validation-failed")
    expected = security_headers("https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/api/v1/csp/reports")
    assert {header: response.headers.get(header) for header in expected} == expected


@pytest.mark.parametrize("name", ["request-in-progress", "quota-exceeded", "service-unavailable"])
def test_what_passes_by_itself_says_when_to_try_again(name: str, token: str, path: str) -> None:
    assert int(PROVOKED[name](token, path).headers["Retry-After"]) >= 1


@pytest.mark.parametrize(
    ("authorization", "error"),
    [
        (None, ""),
        ("", ""),
        ("Basic YTpi", ""),
        ("Bearer x", ', error="invalid_token"'),
        ("bearer", ', error="invalid_token"'),
        ("Bearer {token}x", ', error="invalid_token"'),
        ("Bearer {token}, Bearer {token}", ', error="invalid_token"'),
    ],
)
def test_unauthorized_names_the_scheme_and_whether_a_token_was_sent(
    authorization: str | None, error: str, token: str
) -> None:
    """RFC 6750, 3."""
    headers = {} if authorization is None else {"Authorization": authorization.replace("{token}", token)}
    response = call("GET", "/v1/notes", headers=headers)
    assert_problem(response, "unauthorized")
    assert response.headers["WWW-Authenticate"] == f'Bearer realm="neoforge"{error}'


def test_wrong_credentials_in_a_body_are_no_invalid_token(token: str) -> None:
    wrong = {"email": "ada@example.com", "password": "not the password"}
    response = call("POST", "/v1/auth/login", body=wrong, token=token)
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="neoforge"'


def test_an_unforeseen_error_tells_nothing_but_the_request_id(token: str, path: str) -> None:
    text = unforeseen(token, path).text
    for inside in ("arn:", "neoforge-test", "RuntimeError", "Traceback", "DynamoDB", "dynamodb", ".py"):
        assert inside not in text


@pytest.mark.parametrize("error", BUSY, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("route", ["GET /v1/notes", "GET path", "POST /v1/auth/login"])
def test_a_database_that_does_not_answer_is_503(error: Exception, route: str, token: str, path: str) -> None:
    method, _, where = route.partition(" ")
    body = {"email": "ada@example.com", "password": PASSWORD} if method == "POST" else None
    with failing(*[error] * 10):
        response = call(method, path if where == "path" else where, token=token, body=body)
    assert_problem(response, "service-unavailable")
    assert response.headers["Retry-After"] == "1"


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "k"}], ids=["without key", "with key"])
def test_a_busy_database_is_asked_again_until_the_deadline(key: dict[str, str], token: str) -> None:
    conflict = client_error("TransactionCanceledException", "TransactionConflict")
    with failing(*[conflict] * 1000, operation="TransactWriteItems") as sent:
        context = Context(1_150)  # 150 ms for the database
        response = call("POST", "/v1/notes", body=NEW, token=token, headers=key, context=context)
    assert_problem(response, "service-unavailable")
    assert sum(one["operation"] == "TransactWriteItems" for one in sent) > 1
    again = call("POST", "/v1/notes", body=NEW, token=token, headers=key)
    assert again.status == 201
    assert call("GET", "/v1/notes", token=token).json()["total"] == 1


@pytest.mark.parametrize(
    "note_id",
    [
        "nte_",
        "nte_0",
        "nte_01A20538-11BF-7304-BB36-19BCF1775ED8",
        "tkt_01a20538-11bf-7304-bb36-19bcf1775ed8",
        "01a20538-11bf-7304-bb36-19bcf1775ed8",
        "nte_01a20538-11bf-7304-bb36-19bcf1775ed8x",
        "nte_01a20538-11bf-7304-bb36-19bcf1775ed8\n",
        "nte_01a20538-11bf-7304-bb36-19bcf1775ed9",
        "nte_" + "-" * 36,
        "NOTES",
        "..",
        "é",
        "\ud800",
        "x" * 5000,
    ],
)
@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_an_id_that_names_nothing_is_404(method: str, note_id: str, token: str) -> None:
    body = {"name": "B"} if method == "PATCH" else None
    response = call(method, f"/v1/notes/{note_id}", body=body, token=token, headers={"If-Match": '"v1"'})
    assert_problem(response, "not-found")
