"""POST /v1/auth/register."""

import re
from typing import Any

import pytest

from neoforge.dynamodb.client import get_client
from neoforge.dynamodb.item import Item
from tests.api import PASSWORD, Response, call
from tests.functions.helpers import assert_problem, invalid

DRAFT = {"email": "Ada@Example.com", "password": PASSWORD, "display_name": "Ada Lovelace"}
SHOWN = ["id", "email", "display_name", "roles", "created_at", "updated_at", "version"]


def register(**changes: Any) -> Response:
    return call("POST", "/v1/auth/register", body=DRAFT | changes)


def items() -> list[dict[str, Any]]:
    """What is stored, counters left out."""
    found: list[dict[str, Any]] = get_client().scan(TableName=Item.Meta.table_name)["Items"]
    return [item for item in found if item["sk"]["S"] != "RATE"]


def test_an_account_is_made_at_v1_account() -> None:
    response = register()
    body = response.json()
    assert response.status == 201
    assert list(body) == SHOWN
    assert re.fullmatch(r"usr_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", body["id"])
    assert (body["display_name"], body["roles"], body["version"]) == ("Ada Lovelace", ["user"], 1)
    assert body["email"].lower() == "ada@example.com"
    assert body["created_at"] == body["updated_at"]
    assert response.headers["Location"].endswith("/api/v1/account")
    assert response.headers["ETag"] == '"v1"'


def test_the_answer_and_the_account_hold_no_password() -> None:
    assert "password" not in register().text
    assert PASSWORD not in str(items())
    assert sum("$argon2id$" in str(item) for item in items()) == 1


@pytest.mark.parametrize("email", ["Ada@Example.com", "ada@example.com", "ADA@EXAMPLE.COM"])
def test_an_email_is_taken_without_regard_to_case(email: str) -> None:
    register()
    before = len(items())
    assert_problem(register(email=email), "email-taken")
    assert len(items()) == before


@pytest.mark.parametrize("member", DRAFT)
def test_every_member_is_required(member: str) -> None:
    body = {name: value for name, value in DRAFT.items() if name != member}
    errors = assert_problem(call("POST", "/v1/auth/register", body=body), "validation-failed")["errors"]
    assert [error["pointer"] for error in errors] == [f"#/{member}"]


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("email", "ada"),
        ("email", "@example.com"),
        ("email", "ada@"),
        ("email", "ada@localhost"),
        ("email", "ada@example..com"),
        ("email", "ada@-example.com"),
        ("email", "a b@example.com"),
        ("email", "ada@example.com\n"),
        ("email", " ada@example.com"),
        ("email", "ada@exämple.com"),
        ("email", "x" * 65 + "@example.com"),
        ("email", f"ada@{'x' * 60}.{'y' * 60}.{'z' * 60}.{'w' * 60}.example.com"),
        ("email", None),
        ("email", ["ada@example.com"]),
        ("password", "1234567"),
        ("password", "x" * 129),
        ("password", None),
        ("password", 12345678),
        ("display_name", ""),
        ("display_name", " "),
        ("display_name", "x" * 81),
        ("display_name", "a\nb"),
        ("roles", ["admin"]),
        ("id", "usr_1"),
        ("state", "active"),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_what_is_not_allowed_is_422_with_its_pointer_and_makes_nothing(member: str, value: Any) -> None:
    response = register(**{member: value})
    errors = assert_problem(response, "validation-failed")["errors"]
    assert [error["pointer"] for error in errors] == [f"#/{member}"]
    assert items() == []


@pytest.mark.parametrize("email", ["a@b.co", "a.b+c@example.com", "o'neil@example.co.uk", "x" * 64 + "@example.com"])
def test_any_usual_email_is_taken(email: str) -> None:
    assert register(email=email).json()["email"].lower() == email


@pytest.mark.parametrize(
    "password", ["password", "PASSWORD", "Password1", "12345678", "qwertyuiop", "iloveyou", "!qaz1qaz"]
)
def test_a_common_password_is_refused(password: str) -> None:
    document = assert_problem(register(password=password), "validation-failed")
    assert document["errors"] == [{"pointer": "#/password", "detail": "This password is too common."}]
    assert items() == []


GOOD = ["aaaaaaab", "x1" * 64, "пароль-длинный", "🚀" * 128, " leading and trailing ", "\x00\x01\x02\n4567"]


@pytest.mark.parametrize("password", GOOD, ids=lambda value: ascii(value)[:20])
def test_any_other_password_of_8_to_128_characters_logs_in_as_it_is(password: str) -> None:
    assert register(password=password).status == 201
    login = {"email": DRAFT["email"], "password": password}
    assert call("POST", "/v1/auth/login", body=login).status == 200
    assert call("POST", "/v1/auth/login", body=login | {"password": password[:-1]}).status == 401
    assert call("POST", "/v1/auth/login", body=login | {"password": password.strip() + "!"}).status in {401, 422}


def test_the_answer_is_private() -> None:
    assert register().headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    "password",
    ["ada.lovelace", "ADA.Lovelace", "ada.lovelace@example.com", "Ada.Lovelace@EXAMPLE.com", "ADA.LOVELACE"],
)
def test_a_password_that_is_the_address_or_its_local_part_is_refused(password: str) -> None:
    response = register(email="Ada.Lovelace@example.com", password=password)
    assert invalid(response) == ["#/password"]
    assert register(email="Ada.Lovelace@example.com", password=f"{password}!").status == 201
