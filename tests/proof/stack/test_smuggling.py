"""Hostile requests on the way through the front door and API Gateway: two readings of one request, and odd fields."""

import json
import secrets
import socket
from http.client import HTTPResponse
from urllib.parse import urlsplit

import pytest

from scripts.api import Api
from tests.api import Account, new_account
from tests.proof.stack.conftest import StackUnderTest


@pytest.fixture(scope="module")
def account(stack: StackUnderTest) -> Account:
    with Api(stack.url) as api:
        return new_account(api)


def ask(stack: StackUnderTest, method: str, path: str, *fields: str, body: bytes = b"") -> tuple[int, bytes, list[str]]:
    """Send fields as they are written here; status, body and names of the fields of the answer."""
    target = urlsplit(stack.url)
    with socket.create_connection((target.hostname, target.port), timeout=30) as connection:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {target.netloc}", "Connection: close", *fields]
        connection.sendall("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)
        answer = HTTPResponse(connection, method=method)
        answer.begin()
        return answer.status, answer.read(), [name.lower() for name in answer.headers]


@pytest.mark.parametrize(
    "fields",
    [
        ["Content-Length: 2", "Content-Length: 40"],
        ["Content-Length: 2, 2"],
        ["Content-Length: +2"],
        ["Content-Length: 0x2"],
        ["Content-Length: 2", "Transfer-Encoding: chunked"],
        ["Transfer-Encoding: identity"],
    ],
)
def test_a_body_of_two_lengths_is_refused(fields: list[str], stack: StackUnderTest) -> None:
    status, body, _ = ask(stack, "POST", "/v1/auth/login", "Content-Type: application/json", *fields, body=b"{}")
    assert (status, json.loads(body)["status"]) == (400, 400)


@pytest.mark.parametrize(
    ("field", "status"),
    [
        ("authorization: bearer {}", 200),
        ("AUTHORIZATION: BEARER {}", 200),
        ("Authorization:Bearer {}  ", 200),
        ("Authorization: Bearer {}\r\nauthorization: Bearer {}", 401),
        ("Authorization: Bearer x\r\nAuthorization: Bearer {}", 401),
        ("Authorization: Basic {}", 401),
        ("Authorization: {}", 401),
        ("Authorization: Bearer\t{}", 401),
        ("Authorization: Bearer {}, Bearer {}", 401),
        ("Authorization: Bearer {}\xe9", 401),
        ("Cookie: Authorization=Bearer {}", 401),
        ("X-Authorization: Bearer {}", 401),
    ],
)
def test_one_token_in_one_field_lets_in(field: str, status: int, stack: StackUnderTest, account: Account) -> None:
    assert ask(stack, "GET", "/v1/account", field.replace("{}", account.token))[0] == status


@pytest.mark.parametrize(
    "key", ['"a', "a b", "a\tb", "\xe9", "x" * 256, '""', "a\r\nIdempotency-Key: b", '"\xe9"', '"\\a"']
)
def test_what_is_no_key_is_400_and_makes_nothing(key: str, stack: StackUnderTest, account: Account) -> None:
    fields = [f"Authorization: Bearer {account.token}", f"Idempotency-Key: {key}", "Content-Type: application/json"]
    before = ask(stack, "GET", "/v1/projects?page_size=1", fields[0])[1]
    status, body, _ = ask(stack, "POST", "/v1/projects", *fields, "Content-Length: 12", body=b'{"name":"A"}')
    assert (status, json.loads(body)["type"].rpartition("/")[2]) == (400, "invalid-idempotency-key")
    assert ask(stack, "GET", "/v1/projects?page_size=1", fields[0])[1] == before


def test_a_field_that_names_another_method_or_host_changes_nothing(stack: StackUnderTest, account: Account) -> None:
    odd = ["X-HTTP-Method-Override: DELETE", "X-Method-Override: DELETE", "X-Forwarded-Host: evil.example"]
    odd += ["Forwarded: for=203.0.113.9;host=evil.example", "X-Original-URL: /v1/account", "X-Rewrite-URL: /v1/x"]
    status, body, _ = ask(stack, "GET", "/v1/config", *odd)
    assert status == 200
    assert b"evil.example" not in body


@pytest.mark.parametrize("path", ["/v1/community/posts", "/v1/status/events"])
@pytest.mark.parametrize(
    "query", ["x=%0d%0aSet-Cookie:%20a=b", "x=%ff%fe", "x=%ed%a0%80", "x=%00", "%0d%0aa=b", "x=" + "y" * 5000]
)
def test_nothing_that_is_asked_for_becomes_a_field_of_the_answer(path: str, query: str, stack: StackUnderTest) -> None:
    status, _, names = ask(stack, "GET", f"{path}?page_size=1&{query}", "X-Request-Id: a%0d%0ab", "Origin: null")
    assert status in {200, 400, 422}
    assert not {"set-cookie", "a", "access-control-allow-origin"} & {*names}


def test_a_device_names_itself_in_any_bytes(stack: StackUnderTest) -> None:
    credentials = {"email": f"{secrets.token_hex(8)}@example.com", "password": "correct horse battery staple"}
    with Api(stack.url) as api:
        api.request("POST", "/v1/auth/register", body=credentials | {"display_name": "A"})
    body = json.dumps(credentials).encode()
    fields = [
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "User-Agent: \xff\xfe\xed\xa0\x80\x1b[31m",
    ]
    assert ask(stack, "POST", "/v1/auth/login", *fields, body=body)[0] == 200
