"""docs/operating.md on a new signing key: what the previous one signed is accepted, so that a rotation ends nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from neoforge import signing
from neoforge.settings import settings
from scripts.build.template import Json
from tests.api import PASSWORD, Response, call
from tests.functions.helpers import assert_problem

ADA = {"email": "ada@example.com", "password": PASSWORD}
KEY = {"Idempotency-Key": "k"}
OLD, NEW, OTHER = b"old", b"new", b"other"
# What processes were given while a key is replaced: it is announced, then signs, and the old one is retired at the end.
BEFORE, ANNOUNCED, REPLACED, RETIRED = (OLD,), (OLD, NEW), (NEW, OLD), (NEW,)
# A function is updated while another is not yet: what each has signed, the other has to accept.
NEIGHBOURS = [(BEFORE, ANNOUNCED), (ANNOUNCED, REPLACED), (REPLACED, RETIRED)]
either_way = pytest.mark.parametrize(
    ("signed", "read"), [(BEFORE, REPLACED), *NEIGHBOURS[:2], *((read, signed) for signed, read in NEIGHBOURS[:2])]
)
Keys = tuple[bytes, ...]


@contextmanager
def keys(keys: Keys) -> Iterator[None]:
    """Run as processes do that were given these keys."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "signing_keys", keys)
        yield


def log_in() -> Json:
    tokens: Json = call("POST", "/v1/auth/login", body=ADA).json()
    return tokens


def refresh(token: str) -> Response:
    return call("POST", "/v1/auth/refresh", body={"refresh_token": token})


def use(tokens: Json) -> int:
    return call("GET", "/v1/account", token=tokens["access_token"]).status


@either_way
def test_a_cursor_goes_on(signed: Keys, read: Keys, token: str) -> None:
    with keys(signed):
        token = log_in()["access_token"]
        for _ in range(2):
            call("POST", "/v1/notes", body={"name": "A"}, token=token)
        cursor = call("GET", "/v1/notes", query={"page_size": "1"}, token=token).json()["next_cursor"]
    with keys(read):
        answer = call("GET", "/v1/notes", query={"cursor": cursor}, token=token)
    assert (answer.status, len(answer.json()["items"])) == (200, 1)


@either_way
def test_a_retry_gets_the_first_answer_and_another_request_with_its_key_does_not(
    signed: Keys, read: Keys, token: str
) -> None:
    with keys(signed):
        token = log_in()["access_token"]
        first = call("POST", "/v1/notes", body={"name": "A"}, token=token, headers=KEY)
    with keys(read):
        again = call("POST", "/v1/notes", body={"name": "A"}, token=token, headers=KEY)
        other = call("POST", "/v1/notes", body={"name": "B"}, token=token, headers=KEY)
    assert (again.status, again.text, again.headers["Idempotent-Replayed"]) == (201, first.text, "true")
    assert_problem(other, "idempotency-key-reused")


@either_way
def test_both_tokens_of_a_session_go_on(signed: Keys, read: Keys, token: str) -> None:
    with keys(signed):
        tokens = log_in()
    with keys(read):
        assert use(tokens) == 200
        following = refresh(tokens["refresh_token"])
        assert (following.status, use(following.json())) == (200, 200)


@either_way
def test_a_refresh_whose_answer_was_lost_gets_the_same_tokens(signed: Keys, read: Keys, token: str) -> None:
    with keys(signed):
        tokens = log_in()
        first = refresh(tokens["refresh_token"]).json()
    with keys(read):
        again = refresh(tokens["refresh_token"])
        assert (again.status, again.json()["session"]) == (200, first["session"])
        assert use(again.json()) == 200
        following = refresh(again.json()["refresh_token"])
        assert (following.status, use(following.json())) == (200, 200)


@either_way
def test_a_token_that_was_used_long_ago_still_ends_its_session(signed: Keys, read: Keys, token: str) -> None:
    with keys(signed):
        tokens = log_in()
        newest = refresh(refresh(tokens["refresh_token"]).json()["refresh_token"]).json()
    with keys(read):
        assert refresh(tokens["refresh_token"]).status == 401
        assert use(newest) == 401


def test_what_was_signed_with_a_retired_key_is_refused(token: str) -> None:
    with keys(BEFORE):
        tokens = log_in()
    for others in (RETIRED, (NEW, OTHER)):
        with keys(others):
            assert use(tokens) == 401
            assert refresh(tokens["refresh_token"]).status == 401


def test_with_the_first_key_alone_is_signed(token: str) -> None:
    with keys(REPLACED):
        tokens = log_in()
    with keys(RETIRED):
        assert use(tokens) == 200
    with keys(BEFORE):
        assert use(tokens) == 401


def test_waits_after_failed_logins_are_forgotten_and_pseudonyms_are_others(token: str) -> None:
    wrong = ADA | {"password": "wrong"}
    with keys(ANNOUNCED):
        statuses = [call("POST", "/v1/auth/login", body=wrong).status for _ in range(4)]
        old = signing.pseudonym("ada@example.com")
    assert statuses == [401, 401, 401, 429]
    with keys(REPLACED):
        assert call("POST", "/v1/auth/login", body=ADA).status == 200
        assert signing.pseudonym("ada@example.com") != old
