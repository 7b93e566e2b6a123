"""What is logged: one line a request with its id, and never a secret, an address or a body."""

import json
import re
from typing import Any

import pytest

from neoforge import clock
from neoforge.dynamodb.client import get_client
from neoforge.dynamodb.item import Item
from tests.api import PASSWORD, Response, call
from tests.functions.conftest import Logs
from tests.functions.helpers import failing

EMAIL = "ada.private@example.com"
DRAFT = {"email": EMAIL, "password": PASSWORD, "display_name": "Ada Private"}


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_request_writes_one_line_with_its_id_route_status_and_duration(token: str, path: str, logs: Logs) -> None:
    response = call("GET", path, token=token, query={"page_size": "1"})
    (line,) = requests(logs())
    assert line["correlation_id"] == response.headers["X-Request-Id"]
    assert line["route"] == "GET /v1/notes/{note_id}"
    assert (line["status"], line["level"]) == (200, "INFO")
    assert line["duration_ms"] >= 0


def test_an_unforeseen_error_is_logged_with_its_trace_and_the_id_of_the_answer(token: str, logs: Logs) -> None:
    with failing(RuntimeError("a bug"), operation="Query"):
        response = call("GET", "/v1/notes", token=token)
    (error,) = [line for line in lines(logs()) if line.get("level") == "ERROR"]
    assert error["correlation_id"] == response.json()["request_id"]
    assert "RuntimeError" in error["exception"]
    assert "Traceback" in error["exception"]


@pytest.mark.parametrize("status", [400, 401, 404, 412, 422])
def test_an_error_of_the_caller_is_no_error_of_ours(status: int, token: str, path: str, logs: Logs) -> None:
    requests: dict[int, dict[str, Any]] = {
        400: {"method": "PATCH", "path": path, "body": "{"},
        401: {"method": "GET", "path": path, "headers": {"Authorization": "Bearer x"}},
        404: {"method": "GET", "path": "/v1/notes/nte_0"},
        412: {"method": "DELETE", "path": path, "headers": {"If-Match": '"v9"'}},
        422: {"method": "PATCH", "path": path, "body": {"name": ""}},
    }
    assert call(**({"token": token} if status != 401 else {}) | requests[status]).status == status
    assert {line["level"] for line in lines(logs()) if "_aws" not in line} == {"INFO"}


def requests(text: str) -> list[dict[str, Any]]:
    return [line for line in lines(text) if line.get("message") == "Request"]


def journey() -> tuple[list[Response], list[str]]:
    """Do everything there is to do; give the answers, and what must not be in any log."""
    answers = [
        call("POST", "/v1/auth/register", body=DRAFT, headers={"Idempotency-Key": "key-private-0001"}),
        call("POST", "/v1/auth/register", body=DRAFT, headers={"Idempotency-Key": "key-private-0001"}),
        call("POST", "/v1/auth/register", body=DRAFT | {"email": EMAIL.upper()}),
        call("POST", "/v1/auth/register", body=DRAFT | {"password": "short-private"[:7]}),
        call("POST", "/v1/auth/register", body=DRAFT | {"password": "password1"}),
        call("POST", "/v1/auth/login", body={"email": EMAIL, "password": "wrong-private"}),
        call("POST", "/v1/auth/login", body='{"email":"ada.private@example.com","password":"cut-private'),
        call("POST", "/v1/auth/login", body={"email": EMAIL, "password": PASSWORD}),
    ]
    tokens = answers[-1].json()
    access, refresh = tokens["access_token"], tokens["refresh_token"]
    body = {"name": "name-private", "description": "text-private"}
    key = {"Idempotency-Key": "key-private-0002", "User-Agent": "agent-private"}
    answers += [call("POST", "/v1/notes", body=body, token=access, headers=key) for _ in range(2)]
    project = f"/v1/notes/{answers[-1].json()['id']}"
    answers.append(call("GET", "/v1/notes", token=access, query={"page_size": "1", "cursor": "cursor-private"}))
    answers.append(call("PATCH", project, body={"name": "name-private", "x-private": 1}, token=access))
    answers.append(call("GET", project, token=access[:-1] + ("y" if access.endswith("x") else "x")))
    secrets = [part for token in (access, refresh) for part in token.split(".")]
    return answers, [*secrets, PASSWORD, "password1", "private", "PRIVATE", "192.0.2.1"]


def of_sessions() -> tuple[list[Response], list[str]]:
    """Do everything there is to do with an account and its sessions; give the answers, and what is secret."""
    call("POST", "/v1/auth/register", body=DRAFT)
    tokens = [call("POST", "/v1/auth/login", body={"email": EMAIL, "password": PASSWORD}).json()]
    access = tokens[0]["access_token"]
    change = {"current_password": PASSWORD, "new_password": "new-private-password"}
    report = {"csp-report": {"document-uri": "https://a.example/?private", "blocked-uri": "https://b.example/#private"}}
    answers = [
        call("GET", "/v1/auth/sessions", token=access),
        call("PATCH", "/v1/account", body={"display_name": "name-private"}, token=access),
        call("POST", "/v1/account/password", body=change | {"current_password": "wrong-private"}, token=access),
        call("POST", "/v1/account/password", body=change, token=access),
        call("POST", "/v1/csp/reports", body=report, headers={"Content-Type": "application/csp-report"}),
    ]
    for number in (0, 1, 0):  # the first one twice: it is stolen, or was
        answers.append(call("POST", "/v1/auth/refresh", body={"refresh_token": tokens[number]["refresh_token"]}))
        tokens.append(answers[-1].json())
    shown = [one[kind] for one in tokens[:3] for kind in ("access_token", "refresh_token")]
    return answers, [*(part for token in shown for part in token.split(".")), PASSWORD, "private", "192.0.2.1"]


def test_no_secret_no_address_and_no_body_is_logged(logs: Logs) -> None:
    answers, forbidden = journey()
    assert [answer.status for answer in answers] == [201, 201, 409, 422, 422, 401, 400, 200, 201, 201, 400, 422, 401]
    text = logs()
    assert len(requests(text)) == len(answers)
    for word in forbidden:
        assert word not in text, word


def test_nothing_secret_of_an_account_and_its_sessions_is_logged(logs: Logs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "chance", lambda share: True)
    answers, forbidden = of_sessions()
    assert [answer.status for answer in answers] == [200, 200, 422, 204, 204, 200, 200, 401]
    text = logs()
    for word in forbidden:
        assert word not in text, word
    events = [line["event"] for line in lines(text) if line.get("message") == "Security event"]
    assert events == ["LoginFailed", "PasswordChanged", "SessionRevoked", "TokenReuse"]
    assert len([line for line in lines(text) if line.get("message") == "CSP violation"]) == 1
    assert all(line["level"] == "WARNING" for line in lines(text) if line.get("message") == "Security event")


def test_a_security_event_is_counted_and_names_the_account_by_a_pseudonym(token: str, logs: Logs) -> None:
    call("POST", "/v1/auth/login", body={"email": "ada@example.com", "password": "wrong"})
    call("POST", "/v1/auth/login", body={"email": "ADA@example.com", "password": "wrong"})
    text = logs()
    first, second = [line for line in lines(text) if line.get("message") == "Security event"]
    assert first["account"] == second["account"]
    assert re.fullmatch("[0-9a-f]{32}", first["account"])
    assert first["correlation_id"] != second["correlation_id"]
    assert [line["LoginFailed"] for line in lines(text) if "LoginFailed" in line] == [[1.0], [1.0]]


@pytest.mark.parametrize("operation", ["GetItem", "PutItem", "TransactWriteItems"])
def test_nothing_secret_is_logged_when_the_database_fails_unexpectedly(operation: str, logs: Logs) -> None:
    with failing(*[RuntimeError("bug")] * 100, operation=operation):
        key = {"Idempotency-Key": "key-private-0001"}
        answers = [call("POST", "/v1/auth/register", body=DRAFT, headers=key)]
        answers.append(call("POST", "/v1/auth/login", body={"email": EMAIL, "password": PASSWORD}))
    assert any(answer.status >= 500 for answer in answers)
    text = logs()
    assert "Unexpected error" in text or "Unavailable" in text
    for word in (PASSWORD, "private", "$argon2"):
        assert word not in text, word


def test_a_stored_document_that_is_broken_does_not_get_into_the_log(logs: Logs) -> None:
    call("POST", "/v1/auth/register", body=DRAFT)
    for item in get_client().scan(TableName=Item.Meta.table_name)["Items"]:
        if item["sk"]["S"] == "CREDENTIAL":
            broken = item | {"document": {"S": item["document"]["S"].replace("user_id", "user")}}
            get_client().put_item(TableName=Item.Meta.table_name, Item=broken)
    response = call("POST", "/v1/auth/login", body={"email": EMAIL, "password": PASSWORD})
    assert response.status == 500
    text = logs()
    assert "Unexpected error" in text
    assert "$argon2" not in text
    assert "input_value" not in text


def test_neither_key_nor_payload_is_stored_in_clear() -> None:
    with failing() as sent:
        call("POST", "/v1/auth/register", body=DRAFT, headers={"Idempotency-Key": "my-key-0001"})
    assert {one["operation"] for one in sent} == {"UpdateItem", "PutItem", "TransactWriteItems"}
    assert "my-key-0001" not in str(sent)
    assert PASSWORD not in str(sent)


def test_a_token_is_stored_as_its_hash_only(logs: Logs) -> None:
    call("POST", "/v1/auth/register", body=DRAFT)
    with failing() as sent:
        tokens = call("POST", "/v1/auth/login", body={"email": EMAIL, "password": PASSWORD}).json()
    for token in (tokens["access_token"], tokens["refresh_token"]):
        assert token.rpartition(".")[2] not in str(sent)
