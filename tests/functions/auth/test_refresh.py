"""POST /v1/auth/refresh: each refresh token is good for one use, and a few seconds more for the same answer."""

from typing import Any

import pytest

from neoforge.accounts.access_item import SK
from neoforge.accounts.model import SESSION_IDLE_SECONDS, SESSION_SECONDS
from neoforge.accounts.sessions import GRACE_SECONDS
from neoforge.dynamodb import expressions
from neoforge.dynamodb.expressions import Update
from neoforge.dynamodb.keys import user_partition
from scripts.build.template import Json
from tests.api import Response, call
from tests.functions.conftest import Logs, Wait
from tests.functions.helpers import assert_problem, client_error, failing, log_in, metrics, use

WORDS = "The credentials are not valid."
OTHER_USER = "usr_01a20538-11bf-7304-bb36-19bcf1775ed8"
OTHER_SESSION = "ses_01a20538-11bf-7304-bb36-19bcf1775ed8"


@pytest.fixture
def tokens(token: str) -> Json:
    """The tokens of a session."""
    return log_in()


def refresh(tokens: Json, **request: Any) -> Response:
    return call("POST", "/v1/auth/refresh", body={"refresh_token": tokens["refresh_token"]}, **request)


def refreshed(tokens: Json) -> Json:
    response = refresh(tokens)
    assert response.status == 200, response.text
    found: Json = response.json()
    return found


def assert_refused(response: Response) -> None:
    assert assert_problem(response, "unauthorized")["detail"] == WORDS


def test_the_session_goes_on_with_other_tokens(tokens: Json) -> None:
    response = refresh(tokens)
    body = response.json()
    assert (response.status, list(body)) == (200, list(tokens))
    assert (body["token_type"], body["expires_in"], body["session"]) == ("Bearer", 900, tokens["session"])
    shown = {one[kind] for one in (tokens, body) for kind in ("access_token", "refresh_token")}
    assert len(shown) == 4
    assert response.headers["Cache-Control"] == "no-store"
    assert (use(body["access_token"]), use(tokens["access_token"])) == (200, 401)


def test_the_new_token_goes_on_too(tokens: Json) -> None:
    for _ in range(5):
        tokens = refreshed(tokens)
    assert use(tokens["access_token"]) == 200


def test_no_other_session_is_touched(token: str, tokens: Json) -> None:
    refreshed(tokens)
    assert use(token) == 200


def test_a_used_token_gets_the_same_successor_for_some_seconds(tokens: Json, wait: Wait, logs: Logs) -> None:
    first = refreshed(tokens)
    wait(GRACE_SECONDS)
    again = refreshed(tokens)
    assert again["expires_in"] == first["expires_in"] - GRACE_SECONDS
    assert again | {"expires_in": 0} == first | {"expires_in": 0}
    assert use(again["access_token"]) == 200
    assert metrics(logs(), "TokenReuse") == 0


def test_later_it_ends_the_session_and_is_counted(token: str, tokens: Json, wait: Wait, logs: Logs) -> None:
    first = refreshed(tokens)
    wait(GRACE_SECONDS + 1)
    assert_refused(refresh(tokens))
    assert metrics(logs(), "TokenReuse") == 1
    assert (use(first["access_token"]), use(token)) == (401, 200)
    assert_refused(refresh(first))


@pytest.mark.parametrize("older", [2, 3, 7])
def test_an_older_one_ends_the_session_at_once(older: int, tokens: Json, logs: Logs) -> None:
    last = tokens
    for _ in range(older):
        last = refreshed(last)
    assert_refused(refresh(tokens))
    assert metrics(logs(), "TokenReuse") == 1
    assert use(last["access_token"]) == 401
    assert_refused(refresh(last))


def foreign(tokens: Json, theirs: Json) -> list[str]:
    user, session, secret = tokens["refresh_token"].split(".")
    return [
        "",
        "x",
        tokens["access_token"],
        tokens["refresh_token"][:-1],
        tokens["refresh_token"] + "A",
        f"{user}.{session}.{'A' * 55}",
        f"{user}.{OTHER_SESSION}.{secret}",
        f"{OTHER_USER}.{session}.{secret}",
        f"{user}.{session}.{theirs['refresh_token'].rpartition('.')[2]}",
        f"{user}.{session}.é",
    ]


def test_any_other_text_is_401_in_the_same_words_and_ends_nothing(tokens: Json, stranger: str, logs: Logs) -> None:
    for text in foreign(tokens, log_in("grace@example.com")):
        assert_refused(call("POST", "/v1/auth/refresh", body={"refresh_token": text}))
    assert metrics(logs(), "TokenReuse") == 0
    assert use(tokens["access_token"]) == 200
    refreshed(tokens)


@pytest.mark.parametrize("body", [{}, {"refresh_token": None}, {"refresh_token": 1}, {"refresh_token": "x" * 257}])
def test_what_is_no_text_is_422(body: Json) -> None:
    document = assert_problem(call("POST", "/v1/auth/refresh", body=body), "validation-failed")
    assert [error["pointer"] for error in document["errors"]] == ["#/refresh_token"]


def test_a_session_that_is_not_used_for_7_days_has_ended(tokens: Json, wait: Wait) -> None:
    wait(SESSION_IDLE_SECONDS - 60)
    tokens = refreshed(tokens)
    wait(SESSION_IDLE_SECONDS + 1)
    assert_refused(refresh(tokens))


def test_no_use_prolongs_a_session_beyond_30_days(tokens: Json, wait: Wait) -> None:
    for _ in range(5):
        wait(SESSION_SECONDS / 5 - 1)
        tokens = refreshed(tokens)
    wait(10)
    assert_refused(refresh(tokens))


def test_the_access_token_of_a_refresh_lives_15_minutes_too(tokens: Json, wait: Wait) -> None:
    wait(890)
    tokens = refreshed(tokens)
    wait(895)
    assert use(tokens["access_token"]) == 200
    wait(10)
    assert use(tokens["access_token"]) == 401


def test_a_session_that_was_ended_is_not_refreshed(tokens: Json) -> None:
    assert call("POST", "/v1/auth/logout", token=tokens["access_token"]).status == 204
    assert_refused(refresh(tokens))


def test_a_token_of_a_disabled_account_is_refused(tokens: Json) -> None:
    user_id = tokens["access_token"].partition(".")[0]
    expressions.update(Update(user_partition(user_id), SK, "SET #s = :s", {":s": "disabled"}, {"#s": "state"}))
    assert_refused(refresh(tokens))


def test_an_idempotency_key_is_nothing_to_it(tokens: Json) -> None:
    with failing() as sent:
        answers = [refresh(tokens, headers={"Idempotency-Key": ""}) for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 200]
    assert all("Idempotent-Replayed" not in answer.headers for answer in answers)
    assert "IDEMPOTENCY" not in str(sent)


def test_a_refresh_that_the_database_does_not_take_is_503_and_may_be_repeated(tokens: Json) -> None:
    with failing(*[client_error("ThrottlingException")] * 10):
        assert_problem(refresh(tokens), "service-unavailable")
    assert use(refreshed(tokens)["access_token"]) == 200
