"""Bodies on their way through the front door and API Gateway: bytes, codings, chunks, and what comes back as text."""

import gzip
import json
import zlib
from typing import Any

import pytest

from scripts.api import Api
from tests.api import Account, new_account
from tests.proof.stack.conftest import StackUnderTest
from tests.proof.stack.test_smuggling import ask

NAMED = '{"name":"caf\xe9 \u20ac \U0001f680"}'
ACCEPTS = ["*/*", "application/json", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "image/png"]


@pytest.fixture(scope="module")
def account(stack: StackUnderTest) -> Account:
    with Api(stack.url) as api:
        return new_account(api)


def post(http: Api, account: Account, body: bytes, **headers: str) -> tuple[int, Any]:
    sent = {"Content-Type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
    answer = http.request("POST", "/v1/projects", token=account.token, body=body, headers=sent)
    return answer.status, answer.json()


@pytest.mark.parametrize(
    "media_type", ["application/json", "application/json; charset=utf-8", 'APPLICATION/JSON;charset="UTF-8"']
)
def test_text_arrives_and_comes_back_as_it_was(media_type: str, http: Api, account: Account) -> None:
    status, made = post(http, account, NAMED.encode(), Content_Type=media_type)
    assert (status, made["name"]) == (201, "caf\xe9 \u20ac \U0001f680")
    path = f"/v1/projects/{made['id']}"
    for accept in ACCEPTS:
        found = http.request("GET", path, token=account.token, headers={"Accept": accept})
        assert (found.json(), found.headers["Content-Type"]) == (made, "application/json; charset=utf-8")
    patch = {"Content-Type": "application/merge-patch+json"}
    assert http.request("PATCH", path, token=account.token, body=b'{"name":"\xc3\xa9"}', headers=patch).status == 200


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-8-sig"])
@pytest.mark.parametrize("media_type", ["application/json", "application/json; charset=utf-8"])
def test_what_is_no_utf_8_is_400_and_stores_nothing(
    encoding: str, media_type: str, http: Api, account: Account
) -> None:
    before = http.request("GET", "/v1/projects", token=account.token).body
    body = '{"name":"caf\xe9"}'.encode(encoding)
    status, problem = post(http, account, body, Content_Type=media_type, Idempotency_Key=encoding)
    assert (status, problem["type"].rpartition("/")[2]) == (400, "malformed-request")
    assert http.request("GET", "/v1/projects", token=account.token).body == before


@pytest.mark.parametrize(
    ("coding", "encode"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("identity", bytes)]
)
def test_a_coding_is_decoded(coding: str, encode: Any, http: Api, account: Account) -> None:
    assert post(http, account, encode(NAMED.encode()), Content_Encoding=coding)[0] == 201


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "gzip, identity", "identity, gzip", "gzip,"])
def test_another_coding_is_415(coding: str, http: Api, account: Account) -> None:
    assert post(http, account, NAMED.encode(), Content_Encoding=coding)[0] == 415


def test_a_body_may_come_in_chunks(stack: StackUnderTest, account: Account) -> None:
    fields = [f"Authorization: Bearer {account.token}", "Content-Type: application/json", "Transfer-Encoding: chunked"]
    chunks = b"9\r\n" + b'{"name":"' + b"\r\n3\r\n" + b'A"}' + b"\r\n0\r\n\r\n"
    status, body, _ = ask(stack, "POST", "/v1/projects", *fields, body=chunks)
    assert (status, json.loads(body)["name"]) == (201, "A")


@pytest.mark.parametrize(
    "path", ["/v1//projects", "/v1/projects/", "//v1/projects", "/v1/./projects", "/v1/projects/."]
)
def test_another_spelling_of_a_path_is_404(path: str, stack: StackUnderTest, account: Account) -> None:
    status, body, _ = ask(stack, "GET", path, f"Authorization: Bearer {account.token}")
    assert (status, json.loads(body)["type"].rpartition("/")[2]) == (404, "not-found")


@pytest.mark.parametrize("path", ["/v1/docs", "/v1/openapi.json"])
@pytest.mark.parametrize("accept", ACCEPTS)
def test_a_file_is_text_whatever_is_accepted(path: str, accept: str, http: Api) -> None:
    answer = http.request("GET", path, headers={"Accept": accept})
    assert (answer.status, answer.body[:1]) == (200, b"<" if path == "/v1/docs" else b"{")
