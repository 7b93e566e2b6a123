"""POST /v1/account/password."""

import unicodedata
from typing import Any

import pytest

from neoforge.ratelimit.login_throttle import FREE
from neoforge.ratelimit.policy import Policy, policies
from tests.api import PASSWORD, Response, call, register_and_login
from tests.functions.conftest import Logs
from tests.functions.helpers import assert_problem, invalid, log_in, metrics, use

NEW = "rainbow umbrella on the moon"
CHANGE = {"current_password": PASSWORD, "new_password": NEW}


def change(token: str, headers: dict[str, str] | None = None, **members: Any) -> Response:
    return call("POST", "/v1/account/password", body=CHANGE | members, token=token, headers=headers)


def status(password: str) -> int:
    return call("POST", "/v1/auth/login", body={"email": "ada@example.com", "password": password}).status


def test_from_then_on_only_the_new_password_logs_in(token: str, logs: Logs) -> None:
    response = change(token)
    assert (response.status, response.text) == (204, "")
    assert (status(NEW), status(PASSWORD)) == (200, 401)
    assert metrics(logs(), "PasswordChanged") == 1


def test_all_other_sessions_end_at_once(token: str, stranger: str) -> None:
    others = [log_in() for _ in range(2)]
    change(token)
    assert [use(one["access_token"]) for one in others] == [401, 401]
    for one in others:
        refresh = call("POST", "/v1/auth/refresh", body={"refresh_token": one["refresh_token"]})
        assert_problem(refresh, "unauthorized")
    assert (use(token), use(stranger)) == (200, 200)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("current_password", "wrong password"),
        ("current_password", ""),
        ("current_password", NEW),
        ("current_password", None),
        ("new_password", "1234567"),
        ("new_password", "x" * 129),
        ("new_password", "password1"),
        ("new_password", None),
        ("other", "x"),
    ],
    ids=ascii,
)
def test_what_is_not_allowed_is_422_with_its_pointer_and_changes_nothing(member: str, value: Any, token: str) -> None:
    other = log_in()["access_token"]
    errors = assert_problem(change(token, **{member: value}), "validation-failed")["errors"]
    assert [error["pointer"] for error in errors] == [f"#/{member}"]
    assert (status(PASSWORD), use(other)) == (200, 200)


def test_whoever_has_the_token_cannot_guess_on(token: str, stranger: str) -> None:
    for _ in range(FREE):
        assert_problem(change(token, current_password="wrong"), "validation-failed")
    response = change(token)
    assert_problem(response, "quota-exceeded")
    assert response.headers["Retry-After"] == "1"
    assert change(stranger).status == 204


def test_guesses_at_the_login_and_here_are_counted_apart(token: str) -> None:
    for _ in range(FREE):
        assert status("wrong") == 401
    for _ in range(FREE):
        assert_problem(change(token, current_password="wrong"), "validation-failed")
    assert_problem(change(token), "quota-exceeded")
    assert change(log_in(source_ip="198.51.100.7")["access_token"]).status == 204


def test_whoever_is_logged_in_is_not_shut_out_by_strangers(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(policies(), "auth", Policy("auth", 3, 3600))
    guess = {"email": "ada@example.com", "password": "wrong"}
    answers = [call("POST", "/v1/auth/login", body=guess, source_ip=f"198.51.100.{n}").status for n in range(5)]
    assert answers == [401, 401, 401, 429, 429]
    assert change(token).status == 204


def test_a_repetition_with_the_same_key_is_204_and_changes_nothing(token: str) -> None:
    assert change(token, {"Idempotency-Key": "k"}).status == 204
    back = change(token, current_password=NEW, new_password=PASSWORD)
    assert back.status == 204
    assert change(token, {"Idempotency-Key": "k"}).status == 204
    assert status(PASSWORD) == 200


def test_the_passwords_are_not_in_the_answer(token: str) -> None:
    for answer in (change(token, current_password="wrong-private"), change(token, new_password="password1")):
        assert "wrong-private" not in answer.text
        assert "password1" not in answer.text


@pytest.mark.parametrize("new", ["ADA.Lovelace", "ada.lovelace@example.com"])
def test_a_new_password_that_is_the_address_or_its_local_part_is_refused(new: str) -> None:
    token = register_and_login("ada.lovelace@example.com")
    assert invalid(change(token, new_password=new)) == ["#/new_password"]


def test_a_password_is_the_same_in_every_spelling(token: str) -> None:
    composed, apart = (unicodedata.normalize(form, "cr\u00e8me br\u00fbl\u00e9e") for form in ("NFC", "NFD"))
    assert change(token, new_password=composed).status == 204
    assert [status(one) for one in (composed, apart, composed.replace(" ", "\u00a0"))] == [200, 200, 200]
    assert change(token, current_password=apart, new_password=apart).status == 204
    assert status(composed) == 200
