"""POST /v1/auth/login, and what its token opens."""

import time
from typing import Any

import pytest

from neoforge import clock
from neoforge.accounts import passwords
from neoforge.accounts.access_item import SK
from neoforge.accounts.model import LIVE_SESSIONS
from neoforge.dynamodb import expressions
from neoforge.dynamodb.expressions import Update
from neoforge.dynamodb.keys import user_partition
from neoforge.ratelimit.login_throttle import FREE
from tests.api import PASSWORD, Response, call
from tests.functions.helpers import assert_problem

EMAIL = "ada@example.com"


@pytest.fixture(autouse=True)
def _ada() -> None:
    draft = {"email": EMAIL, "password": PASSWORD, "display_name": "Ada"}
    assert call("POST", "/v1/auth/register", body=draft).status == 201


def login(**changes: Any) -> Response:
    return call("POST", "/v1/auth/login", body={"email": EMAIL, "password": PASSWORD} | changes)


def use(token: str) -> int:
    return call("GET", "/v1/notes", token=token).status


def seconds(timestamp: str) -> float:
    return time.mktime(time.strptime(timestamp[:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone


def test_a_login_begins_a_session() -> None:
    response = login()
    body = response.json()
    assert response.status == 200
    assert list(body) == ["access_token", "token_type", "expires_in", "refresh_token", "session"]
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 900)
    assert list(body["session"]) == ["id", "created_at", "expires_at"]
    assert body["access_token"] != body["refresh_token"]
    lifetime = seconds(body["session"]["expires_at"]) - seconds(body["session"]["created_at"])
    assert abs(lifetime - 30 * 24 * 3600) <= 2
    assert use(body["access_token"]) == 200


def test_tokens_are_never_kept_by_a_cache() -> None:
    assert login().headers["Cache-Control"] == "no-store"
    assert login(password="wrong").headers["Cache-Control"] == "no-store"


def test_a_token_is_opaque_with_256_random_bits() -> None:
    first, second = (login().json()["access_token"].split(".") for _ in range(2))
    assert [part[:4] for part in first[:2]] == ["usr_", "ses_"]
    assert len(first[2]) == 43 + 12  # the secret, and its check
    assert first[0] == second[0]
    assert first[1:] != second[1:]


@pytest.mark.parametrize("email", ["ADA@EXAMPLE.COM", "Ada@Example.com"])
def test_the_email_is_known_without_regard_to_case(email: str) -> None:
    assert login(email=email).status == 200


@pytest.mark.parametrize(
    "email", ["\u212aelvin@example.com", "kelvin@example.co\u1d0d", "\uff4belvin@example.com"], ids=ascii
)
def test_a_letter_that_only_looks_alike_opens_nobodys_account(email: str) -> None:
    draft = {"email": "kelvin@example.com", "password": PASSWORD, "display_name": "K"}
    assert call("POST", "/v1/auth/register", body=draft).status == 201
    for _ in range(FREE):
        assert_problem(login(email=email), "unauthorized")
    assert login(email="KELVIN@example.com").status == 200  # nor is it counted as the other's


@pytest.mark.parametrize(
    "changes",
    [
        {"password": "wrong password"},
        {"password": PASSWORD.upper()},
        {"password": PASSWORD + " "},
        {"password": ""},
        {"email": "nobody@example.com"},
        {"email": "not an address"},
        {"email": ""},
        {"email": " ada@example.com"},
        {"email": "\x00"},
        {"email": "é" * 254},
    ],
    ids=ascii,
)
def test_every_wrong_guess_gets_the_same_words(changes: dict[str, str]) -> None:
    document = assert_problem(login(**changes), "unauthorized")
    assert document["detail"] == "The e-mail or the password is wrong."


def test_an_unknown_email_costs_as_many_hashes_as_a_wrong_password(monkeypatch: pytest.MonkeyPatch) -> None:
    hashes: list[str] = []

    class Spy:
        def verify(self, password_hash: str, password: str) -> bool:
            hashes.append(password_hash)
            return bool(hasher.verify(password_hash, password))

    hasher = passwords._hasher
    monkeypatch.setattr(passwords, "_hasher", Spy())
    for changes in ({"password": "wrong password"}, {"email": "nobody@example.com"}):
        assert login(**changes).status == 401
    assert len(hashes) == 2
    assert hashes[1] == passwords._NOBODY


@pytest.mark.parametrize("body", [{}, {"email": EMAIL}, {"password": PASSWORD}, {"email": 1, "password": 2}])
def test_what_is_no_credentials_is_422(body: dict[str, Any]) -> None:
    assert_problem(call("POST", "/v1/auth/login", body=body), "validation-failed")


def test_a_token_ends_after_15_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    token, now = login().json()["access_token"], clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + 895)
    assert use(token) == 200
    monkeypatch.setattr(clock, "now", lambda: now + 901)
    assert use(token) == 401


def test_every_session_has_its_own_token() -> None:
    tokens = [login().json()["access_token"] for _ in range(3)]
    assert [use(token) for token in tokens] == [200, 200, 200]


def test_the_oldest_session_ends_when_there_are_too_many() -> None:
    tokens = [login().json()["access_token"] for _ in range(LIVE_SESSIONS + 1)]
    assert [use(token) for token in tokens] == [401] + [200] * LIVE_SESSIONS


def forged(token: str, other: dict[str, Any]) -> list[str]:
    user, session, secret = token.split(".")
    their_user, their_session, their_secret = other["access_token"].split(".")
    return [
        "",
        "x",
        token[:-1],
        token + "A",
        token.upper(),
        f"{user}.{session}.{'A' * 55}",
        f"{user}.{session}.{their_secret}",
        f"{user}.{their_session}.{their_secret}",
        f"{their_user}.{session}.{secret}",
        f"{user}.ses_01a20538-11bf-7304-bb36-19bcf1775ed8.{secret}",
        f"usr_01a20538-11bf-7304-bb36-19bcf1775ed8.{session}.{secret}",
        other["refresh_token"],
    ]


def test_no_other_token_opens_anything() -> None:
    other = {"email": "eve@example.com", "password": PASSWORD}
    call("POST", "/v1/auth/register", body=other | {"display_name": "E"})
    theirs = call("POST", "/v1/auth/login", body=other).json()
    token = login().json()["access_token"]
    details = set()
    for one in forged(token, theirs):
        details.add(assert_problem(call("GET", "/v1/notes", token=one), "unauthorized")["detail"])
    assert len(details) == 1
    assert use(token) == 200


@pytest.mark.parametrize("scheme", ["{}", "Basic {}", "Token {}", "Bearer{}", "Bearer", "Bearer {} {}", "Bearer é"])
def test_another_scheme_opens_nothing(scheme: str) -> None:
    value = scheme.replace("{}", login().json()["access_token"])
    assert_problem(call("GET", "/v1/notes", headers={"Authorization": value}), "unauthorized")


def test_a_disabled_account_can_neither_log_in_nor_use_its_token() -> None:
    token = login().json()["access_token"]
    disabled = Update(user_partition(token.partition(".")[0]), SK, "SET #s = :s", {":s": "disabled"}, {"#s": "state"})
    expressions.update(disabled)
    assert use(token) == 401
    assert assert_problem(login(), "unauthorized")["detail"] == "The e-mail or the password is wrong."
