"""docs/operating.md on a new signing key: what the old one made is judged as it says."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from neoforge import signing
from neoforge.settings import settings
from tests.api import PASSWORD, Response, call

ADA = {"email": "ada@example.com", "password": PASSWORD}
KEY = {"Idempotency-Key": "k"}


@contextmanager
def new_key() -> Iterator[None]:
    """Run as processes do that were given another key."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "signing_key", b"another")
        yield


def refresh(token: str) -> Response:
    return call("POST", "/v1/auth/refresh", body={"refresh_token": token})


def test_a_cursor_is_refused(token: str) -> None:
    for _ in range(2):
        call("POST", "/v1/notes", body={"name": "A"}, token=token)
    cursor = call("GET", "/v1/notes", query={"page_size": "1"}, token=token).json()["next_cursor"]
    with new_key():
        answer = call("GET", "/v1/notes", query={"cursor": cursor}, token=token)
    assert (answer.status, answer.json()["type"].rpartition("/")[2]) == (400, "invalid-cursor")


def test_a_retry_is_told_that_its_key_was_used_and_nothing_is_made_twice(token: str) -> None:
    call("POST", "/v1/notes", body={"name": "A"}, token=token, headers=KEY)
    with new_key():
        answer = call("POST", "/v1/notes", body={"name": "A"}, token=token, headers=KEY)
    assert (answer.status, answer.json()["type"].rpartition("/")[2]) == (422, "idempotency-key-reused")
    assert call("GET", "/v1/notes", token=token).json()["total"] == 1


def test_sessions_go_on(token: str) -> None:
    tokens = call("POST", "/v1/auth/login", body=ADA).json()
    with new_key():
        assert call("GET", "/v1/account", token=tokens["access_token"]).status == 200
        following = refresh(tokens["refresh_token"])
        assert following.status == 200
        again = refresh(tokens["refresh_token"]).json()  # within the seconds of grace
        assert again["refresh_token"] == following.json()["refresh_token"]
        assert call("POST", "/v1/auth/login", body=ADA).status == 200


def test_a_refresh_token_that_was_used_before_is_refused_and_its_session_goes_on(token: str) -> None:
    first = call("POST", "/v1/auth/login", body=ADA).json()["refresh_token"]
    second = refresh(first).json()
    with new_key():
        assert refresh(first).status == 401  # not even in the seconds of grace
        assert call("GET", "/v1/account", token=second["access_token"]).status == 200
        assert refresh(second["refresh_token"]).status == 200


def test_waits_after_failed_logins_are_forgotten_and_pseudonyms_are_others(token: str) -> None:
    wrong = ADA | {"password": "wrong"}
    statuses = [call("POST", "/v1/auth/login", body=wrong).status for _ in range(4)]
    assert statuses == [401, 401, 401, 429]
    old = signing.pseudonym("ada@example.com")
    with new_key():
        assert call("POST", "/v1/auth/login", body=ADA).status == 200
        assert signing.pseudonym("ada@example.com") != old
