"""Round trips to the database: how many a request takes. What they cost in units is measured in tests/engine."""

from typing import Any

import pytest

from tests.support import PASSWORD, call, counted

LOCK, COMMIT = "PutItem", "TransactWriteItems"
ACCESS = "GetItem"
GET, QUERY = "GetItem", "Query"
KEY = {"Idempotency-Key": "k"}
ADA = {"email": "ada@example.com", "password": PASSWORD}
GRACE = {"email": "grace@example.com", "password": PASSWORD, "display_name": "Grace"}


@pytest.fixture
def path(token: str) -> str:
    """The path of the second of two new projects."""
    made = [call("POST", "/v1/projects", body={"name": "A"}, token=token).json()["id"] for _ in range(2)]
    return f"/v1/projects/{made[1]}"


def trips(method: str, path: str, status: int, **request: Any) -> list[str]:
    with counted() as calls:
        assert call(method, path, **request).status == status
    return calls.operations


def test_a_get_takes_2(path: str, token: str) -> None:
    assert trips("GET", path, 200, token=token) == [ACCESS, GET]


def test_a_get_that_did_not_change_takes_2(path: str, token: str) -> None:
    assert trips("GET", path, 304, token=token, headers={"If-None-Match": '"v1"'}) == [ACCESS, GET]


def test_the_first_page_takes_2(path: str, token: str) -> None:
    assert trips("GET", "/v1/projects", 200, token=token) == [ACCESS, QUERY]


def test_a_later_page_takes_3_forwards_and_back(path: str, token: str) -> None:
    query = {"page_size": "1"}
    for member in ("next_cursor", "previous_cursor"):
        query = {"cursor": call("GET", "/v1/projects", query=query, token=token).json()[member]}
        assert trips("GET", "/v1/projects", 200, query=query, token=token) == [ACCESS, GET, QUERY]


def test_a_list_that_did_not_change_takes_2_and_no_query(path: str, token: str) -> None:
    tag = call("GET", "/v1/projects", token=token).headers["ETag"]
    assert trips("GET", "/v1/projects", 304, token=token, headers={"If-None-Match": tag}) == [ACCESS, GET]


def test_a_list_that_changed_takes_3(path: str, token: str) -> None:
    trip = trips("GET", "/v1/projects", 200, token=token, headers={"If-None-Match": 'W/"r0"'})
    assert trip == [ACCESS, GET, QUERY]


def test_a_post_takes_2_and_with_a_key_3(token: str) -> None:
    request: dict[str, Any] = {"body": {"name": "A"}, "token": token}
    assert trips("POST", "/v1/projects", 201, **request) == [ACCESS, COMMIT]
    assert trips("POST", "/v1/projects", 201, headers=KEY, **request) == [ACCESS, LOCK, COMMIT]


def test_a_replay_takes_2(token: str) -> None:
    request: dict[str, Any] = {"body": {"name": "A"}, "token": token, "headers": KEY}
    call("POST", "/v1/projects", **request)
    assert trips("POST", "/v1/projects", 201, **request) == [ACCESS, LOCK]


def test_a_patch_takes_3_and_with_a_key_4(path: str, token: str) -> None:
    assert trips("PATCH", path, 200, body={"name": "B"}, token=token) == [ACCESS, GET, COMMIT]
    trip = trips("PATCH", path, 200, body={"name": "C"}, token=token, headers=KEY)
    assert trip == [ACCESS, LOCK, GET, COMMIT]


def test_a_patch_that_changes_nothing_takes_2_and_with_a_key_4(path: str, token: str) -> None:
    assert trips("PATCH", path, 200, body={}, token=token) == [ACCESS, GET]
    assert trips("PATCH", path, 200, body={}, token=token, headers=KEY) == [ACCESS, LOCK, GET, "UpdateItem"]


def test_a_delete_takes_2_and_with_a_key_3(path: str, token: str) -> None:
    other = f"/v1/projects/{call('POST', '/v1/projects', body={'name': 'B'}, token=token).json()['id']}"
    assert trips("DELETE", path, 204, token=token, headers={"If-Match": '"v1"'}) == [ACCESS, COMMIT]
    assert trips("DELETE", other, 204, token=token, headers=KEY) == [ACCESS, LOCK, COMMIT]


@pytest.mark.usefixtures("token")
def test_a_login_takes_3() -> None:
    assert trips("POST", "/v1/auth/login", 200, body=ADA) == ["GetItem", "GetItem", COMMIT]


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize("changes", [{"password": "wrong"}, {"email": "nobody@example.com"}])
def test_a_wrong_guess_takes_1_whatever_is_wrong(changes: dict[str, str]) -> None:
    assert trips("POST", "/v1/auth/login", 401, body=ADA | changes) == ["GetItem"]


@pytest.mark.usefixtures("token")
def test_a_registration_takes_1_and_with_a_key_2() -> None:
    other = GRACE | {"email": "eve@example.com"}
    assert trips("POST", "/v1/auth/register", 201, body=GRACE) == [COMMIT]
    assert trips("POST", "/v1/auth/register", 201, body=other, headers=KEY) == [LOCK, COMMIT]


@pytest.mark.parametrize("authorization", ["", "Bearer x", "Basic YTpi"])
def test_what_is_no_token_asks_nothing(authorization: str, token: str) -> None:
    assert trips("GET", "/v1/projects", 401, headers={"Authorization": authorization}) == []


def test_a_body_that_is_refused_takes_the_access_only(path: str, token: str) -> None:
    assert trips("PATCH", path, 422, body={"name": ""}, token=token, headers=KEY) == [ACCESS]


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize(("path", "operations"), [("health", []), ("config", []), ("ready", ["GetItem"])])
def test_the_system_takes_at_most_1(path: str, operations: list[str]) -> None:
    assert trips("GET", f"/v1/{path}", 200) == operations
