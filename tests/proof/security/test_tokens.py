"""Tokens of others, of another kind, not whole, or no longer good: 401, and nothing is told or changed."""

import string

import pytest

from neoforge import clock
from neoforge.ratelimit.policy import Policy, policies
from scripts.build.template import Json
from tests.api import PASSWORD, Response, call, register_and_login
from tests.callers import Local
from tests.functions.helpers import assert_problem, failing, log_in, use

ALPHABET = string.ascii_letters + string.digits + "-_"
Tokens = dict[str, str]


@pytest.fixture
def email() -> str:
    """The address of a new account."""
    return f"{clock.new_id('x')}@example.com"


@pytest.fixture
def tokens(world: Local, email: str) -> Json:
    """A session of a new account."""
    register_and_login(email)
    return log_in(email)


def refresh(token: str) -> Response:
    return call("POST", "/v1/auth/refresh", body={"refresh_token": token})


def assert_nobody(token: str) -> None:
    """Assert that a token lets nobody in, as either kind."""
    assert_problem(call("GET", "/v1/account", token=token), "unauthorized")
    assert_problem(refresh(token), "unauthorized")


def test_an_access_token_refreshes_nothing_and_a_refresh_token_lets_nobody_in(tokens: Json) -> None:
    assert_problem(refresh(tokens["access_token"]), "unauthorized")
    assert_problem(call("GET", "/v1/account", token=tokens["refresh_token"]), "unauthorized")
    assert use(tokens["access_token"]) == 200  # and the session goes on
    assert refresh(tokens["refresh_token"]).status == 200


def test_the_secret_of_one_session_is_no_good_for_another(tokens: Json, email: str, world: Local) -> None:
    other, stranger = log_in(email), world.other.token or ""
    for kind in ("access_token", "refresh_token"):
        user, session, secret = tokens[kind].split(".")
        assert_nobody(".".join((user, other["session"]["id"], secret)))
        assert_nobody(".".join((stranger.split(".")[0], session, secret)))
        assert_nobody(".".join((*stranger.split(".")[:2], secret)))
        assert_nobody(".".join((user, stranger.split(".")[1], secret)))


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_a_token_cut_at_any_length_is_refused_without_a_look_at_the_database(kind: str, tokens: Json) -> None:
    token = tokens[kind]
    with failing() as sent:
        for length in range(len(token)):
            header = {"Authorization": f"Bearer {token[:length]}"}
            assert call("GET", "/v1/account", headers=header).status == 401
    assert sent == []


def test_a_secret_changed_in_any_one_place_is_refused(tokens: Json) -> None:
    token = tokens["access_token"]
    start = token.rindex(".") + 1
    for at in range(start, len(token)):
        other = ALPHABET[(ALPHABET.index(token[at]) + 1) % len(ALPHABET)]
        assert use(token[:at] + other + token[at + 1 :]) == 401, at
    assert use(token) == 200


def test_another_spelling_of_a_token_is_refused(tokens: Json) -> None:
    token = tokens["access_token"]
    spellings = [token.swapcase(), token.upper(), token + "=", token + "\n", token + ".", "." + token, token[::-1]]
    spellings += [token.replace(".", "%2E"), f'"{token}"', token.replace("-", "_", 1), token + "\x00", token * 50]
    spellings += [token.replace(".", "\uff0e"), token.replace("usr_", "\u02e2usr_"[1:] + "\u200b")]
    for other in spellings:
        if other.strip() == token:  # white space around it is not part of a field's value
            continue
        assert use(other) == 401, ascii(other)
        assert refresh(other).status in {401, 422}, ascii(other)


def _log_out(tokens: Json, email: str) -> None:
    assert call("POST", "/v1/auth/logout", token=tokens["access_token"]).status == 204


def _revoke(tokens: Json, email: str) -> None:
    path = f"/v1/auth/sessions/{tokens['session']['id']}"
    assert call("DELETE", path, token=log_in(email)["access_token"]).status == 204


def _revoke_others(tokens: Json, email: str) -> None:
    other = log_in(email)["access_token"]
    assert call("POST", "/v1/auth/sessions/revoke-others", token=other).status == 200


def _change_password(tokens: Json, email: str) -> None:
    body = {"current_password": PASSWORD, "new_password": "rainbow umbrella on the moon"}
    assert call("POST", "/v1/account/password", body=body, token=log_in(email)["access_token"]).status == 204


def _reuse(tokens: Json, email: str) -> None:
    second = refresh(tokens["refresh_token"]).json()
    refresh(second["refresh_token"])
    assert refresh(tokens["refresh_token"]).status == 401


@pytest.mark.parametrize("end", [_log_out, _revoke, _revoke_others, _change_password, _reuse])
def test_nothing_of_an_ended_session_is_good_again(end: object, tokens: Json, email: str) -> None:
    assert callable(end)
    end(tokens, email)
    assert_nobody(tokens["access_token"])
    assert_nobody(tokens["refresh_token"])


def test_an_access_token_is_no_good_after_a_refresh(tokens: Json) -> None:
    assert refresh(tokens["refresh_token"]).status == 200
    assert use(tokens["access_token"]) == 401


@pytest.mark.parametrize("who", ["email", "source", "id"])
def test_a_login_that_names_something_else_uses_up_nobody_elses_quota(
    who: str, tokens: Json, email: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any text may be tried as an e-mail: also an address, or the user id that every post tells."""
    monkeypatch.setitem(policies(), "auth", Policy("auth", 5, 60))
    source = f"203.0.113.{len(who)}"
    named = {"email": f"register {email}", "source": source, "id": tokens["access_token"].split(".")[0]}[who]
    for number in range(6):
        body = {"email": named, "password": "wrong password"}
        call("POST", "/v1/auth/login", body=body, source_ip=f"198.51.100.{number}")
    log_in(email, source_ip=source)
    body = {"refresh_token": tokens["refresh_token"]}
    assert call("POST", "/v1/auth/refresh", body=body, source_ip=source).status == 200
    body = {"email": email, "password": PASSWORD, "display_name": "x"}
    assert call("POST", "/v1/auth/register", body=body, source_ip=source).status == 409
