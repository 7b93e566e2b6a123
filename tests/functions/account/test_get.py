"""GET /v1/account."""

from neoforge.accounts.roles import grant
from tests.api import PASSWORD, call
from tests.functions.helpers import assert_problem

SHOWN = ["id", "email", "display_name", "roles", "created_at", "updated_at", "version"]


def test_the_account_is_the_one_that_was_registered() -> None:
    draft = {"email": "Ada@Example.com", "password": PASSWORD, "display_name": "Ada Lovelace"}
    made = call("POST", "/v1/auth/register", body=draft)
    token = call("POST", "/v1/auth/login", body=draft | {"display_name": None}).json().get("access_token")
    assert token is None  # a login takes no display name
    login = {"email": draft["email"], "password": PASSWORD}
    token = call("POST", "/v1/auth/login", body=login).json()["access_token"]
    found = call("GET", "/v1/account", token=token)
    assert (found.status, list(found.json())) == (200, SHOWN)
    assert (found.text, found.headers["ETag"]) == (made.text, made.headers["ETag"])
    assert made.headers["Location"].endswith("/v1/account")


def test_everybody_sees_their_own(token: str, stranger: str) -> None:
    emails = [call("GET", "/v1/account", token=one).json()["email"] for one in (token, stranger)]
    assert emails == ["ada@example.com", "grace@example.com"]


def test_an_account_is_private_and_revalidated(token: str) -> None:
    found = call("GET", "/v1/account", token=token)
    assert found.headers["Cache-Control"] == "private, no-cache"
    assert "Authorization" in found.headers["Vary"]
    short = call("GET", "/v1/account", token=token, headers={"If-None-Match": found.headers["ETag"]})
    assert (short.status, short.text) == (304, "")


def test_a_role_is_shown_from_the_next_request_on_and_is_a_new_version(token: str) -> None:
    before = call("GET", "/v1/account", token=token).headers["ETag"]
    grant("ada@example.com", "support")
    after = call("GET", "/v1/account", token=token, headers={"If-None-Match": before})
    assert (after.status, after.json()["roles"]) == (200, ["user", "support"])


def test_nobody_has_none() -> None:
    assert_problem(call("GET", "/v1/account"), "unauthorized")
