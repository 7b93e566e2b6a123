"""Idempotency-Key: its syntax, and which requests are the same. Crashes and races are in tests/proof/engine."""

from typing import Any

import pytest

from neoforge import clock
from tests.api import PASSWORD, Context, Response, call, event, invoke
from tests.functions.helpers import assert_problem, client_error, failing

NEW = {"name": "A", "description": "B"}
CHANGE = {"name": "Second"}
DRAFT = {"email": "new@example.com", "password": PASSWORD, "display_name": "New"}
BLANK = ["", " ", '""', "a b", '"a b"', "a\tb", "k, k"]
BROKEN = ['"', '"a', '"a"b"', '"a\\b"', '"a";P=1']
FOREIGN = ["é", '"é"', "a\x00", "\x7f"]
LONG = ["x" * 256, f'"{"x" * 256}"']
SPELLINGS = [
    '{"description":"B","name":"A"}',
    '\n{ "name" : "A",\t"description": "B" }',
    '{"name":"\\u0041","description":"B"}',
]
OF_THE_ANSWER = {"X-Request-Id", "Idempotent-Replayed", "RateLimit"}


def create(token: str, key: str = "k", body: Any = NEW, **headers: str) -> Response:
    return call("POST", "/v1/notes", body=body, token=token, headers={"Idempotency-Key": key} | headers)


def total(token: str) -> int:
    return int(call("GET", "/v1/notes", token=token).json()["total"])


def assert_replayed(first: Response, again: Response) -> None:
    """Assert that `again` is `first` byte by byte, but for the mark of a replay, the request's id and what is left."""
    assert (again.status, again.text) == (first.status, first.text)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["X-Request-Id"] != first.headers["X-Request-Id"]
    left, right = ({k: v for k, v in one.headers.items() if k not in OF_THE_ANSWER} for one in (first, again))
    assert left == right


def test_a_create_is_replayed_byte_by_byte(token: str) -> None:
    first = create(token)
    assert first.status == 201
    assert first.headers.keys() >= {"Location", "ETag"}
    for _ in range(3):
        assert_replayed(first, create(token))
    assert total(token) == 1


def test_a_patch_is_replayed_and_the_replay_wins_over_if_match(path: str, token: str) -> None:
    headers = {"Idempotency-Key": "k", "If-Match": '"v1"'}
    first = call("PATCH", path, body=CHANGE, token=token, headers=headers)
    assert first.headers["ETag"] == '"v2"'
    assert_replayed(first, call("PATCH", path, body=CHANGE, token=token, headers=headers))
    assert call("GET", path, token=token).headers["ETag"] == '"v2"'


def test_a_replay_gives_the_first_answer_after_later_changes(path: str, token: str) -> None:
    headers = {"Idempotency-Key": "k"}
    first = call("PATCH", path, body=CHANGE, token=token, headers=headers)
    call("PATCH", path, body={"name": "Third"}, token=token)
    assert_replayed(first, call("PATCH", path, body=CHANGE, token=token, headers=headers))
    assert call("GET", path, token=token).json()["name"] == "Third"


def test_a_delete_is_replayed(path: str, token: str) -> None:
    headers = {"Idempotency-Key": "k"}
    first = call("DELETE", path, token=token, headers=headers)
    assert (first.status, first.text) == (204, "")
    assert_replayed(first, call("DELETE", path, token=token, headers=headers))
    assert total(token) == 0


def test_a_registration_is_replayed() -> None:
    first = call("POST", "/v1/auth/register", body=DRAFT, headers={"Idempotency-Key": "k"})
    assert first.status == 201
    assert_replayed(first, call("POST", "/v1/auth/register", body=DRAFT, headers={"Idempotency-Key": "k"}))


def test_a_login_is_never_stored_nor_replayed(token: str) -> None:
    body = {"email": "ada@example.com", "password": PASSWORD}
    first, again = (call("POST", "/v1/auth/login", body=body, headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert first.json()["access_token"] != again.json()["access_token"]
    assert "Idempotent-Replayed" not in again.headers


def test_without_a_key_a_request_simply_runs(token: str) -> None:
    for _ in range(2):
        assert call("POST", "/v1/notes", body=NEW, token=token).status == 201
    assert total(token) == 2


@pytest.mark.parametrize(
    "key", ["k", "8e03978e-40d5-43dd-bc93-6894a57f9324", "x" * 255, f'"{"x" * 255}"', "!", "~", "a,b", "a\\b", 'a"b']
)
def test_a_visible_key_of_up_to_255_characters_is_taken(key: str, token: str) -> None:
    first = create(token, key)
    assert first.status == 201
    assert_replayed(first, create(token, key))


@pytest.mark.parametrize("key", BLANK + BROKEN + FOREIGN + LONG, ids=lambda key: ascii(key)[:9])
def test_another_key_is_400(key: str, token: str) -> None:
    assert_problem(create(token, key), "invalid-idempotency-key")
    assert total(token) == 0


@pytest.mark.parametrize(("bare", "quoted"), [("k", '"k"'), ("a\\b", '"a\\\\b"'), ('a"b', '"a\\"b"')])
def test_a_key_is_the_same_bare_and_quoted(bare: str, quoted: str, token: str) -> None:
    assert_replayed(create(token, bare), create(token, quoted))


@pytest.mark.parametrize("name", ["idempotency-key", "IDEMPOTENCY-KEY", "Idempotency-key"])
def test_the_header_is_read_in_any_case(name: str, token: str) -> None:
    first = create(token)
    again = call("POST", "/v1/notes", body=NEW, token=token, headers={name: "k"})
    assert_replayed(first, again)


def test_keys_differ_in_case(token: str) -> None:
    assert create(token, "k").json()["id"] != create(token, "K").json()["id"]


def test_a_key_sent_twice_is_400(token: str) -> None:
    handler, made = event("POST", "/v1/notes", body=NEW, headers={"Authorization": f"Bearer {token}"})
    made["multiValueHeaders"]["Idempotency-Key"] = ["a", "b"]
    assert_problem(invoke(handler, made), "invalid-idempotency-key")


@pytest.mark.parametrize("body", SPELLINGS)
def test_member_order_white_space_and_escapes_make_no_other_payload(body: str, token: str) -> None:
    assert_replayed(create(token), create(token, body=body))


def test_another_media_type_of_the_same_patch_is_the_same_payload(path: str, token: str) -> None:
    first, again = (
        call("PATCH", path, body=CHANGE, token=token, headers={"Idempotency-Key": "k", "Content-Type": kind})
        for kind in ("application/json", "application/merge-patch+json")
    )
    assert_replayed(first, again)


@pytest.mark.parametrize("body", [{"name": "C", "description": "B"}, {"name": "A"}, {"name": "A", "description": None}])
def test_another_payload_is_422(body: dict[str, Any], token: str) -> None:
    create(token)
    assert_problem(create(token, body=body), "idempotency-key-reused")
    assert total(token) == 1


def test_another_project_or_if_match_is_another_payload(path: str, token: str) -> None:
    other = "/v1/notes/" + create(token, "other").json()["id"]
    request: dict[str, Any] = {"body": CHANGE, "token": token}
    call("PATCH", path, headers={"Idempotency-Key": "k"}, **request)
    assert_problem(call("PATCH", other, headers={"Idempotency-Key": "k"}, **request), "idempotency-key-reused")
    conditional = {"Idempotency-Key": "k", "If-Match": '"v2"'}
    assert_problem(call("PATCH", path, headers=conditional, **request), "idempotency-key-reused")


def test_another_caller_is_unrelated(token: str, stranger: str) -> None:
    assert create(token).json()["id"] != create(stranger, body={"name": "other"}).json()["id"]
    assert (total(token), total(stranger)) == (1, 1)


def test_another_source_address_is_another_anonymous_caller() -> None:
    request: dict[str, Any] = {"headers": {"Idempotency-Key": "k", "X-Forwarded-For": "192.0.2.1"}}
    assert call("POST", "/v1/auth/register", body=DRAFT, **request).status == 201
    other = call("POST", "/v1/auth/register", body=DRAFT, source_ip="198.51.100.7", **request)
    assert_problem(other, "email-taken")


def test_another_route_is_unrelated(path: str, token: str) -> None:
    key = {"Idempotency-Key": "k"}
    assert create(token).status == 201
    assert call("PATCH", path, body=CHANGE, token=token, headers=key).json()["name"] == "Second"
    assert call("DELETE", path, token=token, headers=key).status == 204


def test_another_session_of_the_caller_is_the_same_caller(token: str) -> None:
    first = create(token)
    login = call("POST", "/v1/auth/login", body={"email": "ada@example.com", "password": PASSWORD})
    assert_replayed(first, create(login.json()["access_token"]))


def test_4xx_before_the_write_is_not_stored(path: str, token: str) -> None:
    assert_problem(create(token, body={"name": ""}), "validation-failed")
    assert_problem(create("wrong"), "unauthorized")
    assert create(token).status == 201
    key = {"Idempotency-Key": "p"}
    stale = call("PATCH", path, body=CHANGE, token=token, headers=key | {"If-Match": '"v9"'})
    assert_problem(stale, "precondition-failed")
    assert call("PATCH", path, body=CHANGE, token=token, headers=key | {"If-Match": '"v1"'}).status == 200


def test_the_retry_of_what_was_not_there_yet_runs(token: str) -> None:
    gone = "/v1/notes/nte_01a20538-11bf-7304-bb36-19bcf1775ed8"
    for _ in range(2):
        response = call("DELETE", gone, token=token, headers={"Idempotency-Key": "k"})
        assert_problem(response, "not-found")
        assert "Idempotent-Replayed" not in response.headers


def test_email_taken_is_not_stored(token: str) -> None:
    body = DRAFT | {"email": "ada@example.com"}
    for _ in range(2):
        response = call("POST", "/v1/auth/register", body=body, headers={"Idempotency-Key": "k"})
        assert_problem(response, "email-taken")
        assert "Idempotent-Replayed" not in response.headers


@pytest.mark.parametrize("error", [RuntimeError("bug"), client_error("InternalServerError", status=500)], ids=repr)
def test_5xx_is_not_stored(error: Exception, token: str) -> None:
    with failing(*[error] * 100, operation="TransactWriteItems"):
        context = Context(1_100)
        first = call("POST", "/v1/notes", body=NEW, token=token, headers={"Idempotency-Key": "k"}, context=context)
    assert first.status >= 500
    again = create(token)
    assert (again.status, "Idempotent-Replayed" in again.headers) == (201, False)
    assert_replayed(again, create(token))
    assert total(token) == 1


def test_a_key_is_kept_for_24_hours(token: str) -> None:
    with failing() as sent:
        create(token)
    lock = next(one for one in sent if one["operation"] == "PutItem")["Item"]
    completion = next(one for one in sent if one["operation"] == "TransactWriteItems")["TransactItems"][0]["Update"]
    until = int(completion["ExpressionAttributeValues"][":expires_at"]["N"])
    locked = int(lock["locked_until"]["N"]) / 1000
    assert 86_400 - 60 < until - (locked - 10) < 86_400 + 60


def test_a_key_that_has_expired_is_new_whether_or_not_ttl_deleted_it(
    token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = create(token)
    later = clock.now() + 24 * 3600 + 5
    monkeypatch.setattr("neoforge.clock.now", lambda: later)
    monkeypatch.setattr("neoforge.accounts.model.ACCESS_TOKEN_SECONDS", 2 * 24 * 3600)
    login = call("POST", "/v1/auth/login", body={"email": "ada@example.com", "password": PASSWORD})
    again = create(login.json()["access_token"], body={"name": "Other"})
    assert (again.status, "Idempotent-Replayed" in again.headers) == (201, False)
    assert again.json()["id"] != first.json()["id"]
