"""Tokens that look like ours and are not: refused before any call to the database, on every route that takes one."""

import secrets
import string
from collections.abc import Iterator

import pytest

from scripts.build.template import Json
from tests.api import Response, call
from tests.callers import Local
from tests.catalog import ENDPOINTS
from tests.catalog.world import Request
from tests.functions.helpers import assert_problem, client_error, failing, log_in, use

ALPHABET = string.ascii_letters + string.digits + "-_"
TAKE_A_TOKEN = [name for name, row in ENDPOINTS.items() if row.access_of("revoked") == "unauthorized"]
BUSY = [client_error("ThrottlingException")] * 50


@pytest.fixture
def tokens(token: str) -> Json:
    """The tokens of a session."""
    return log_in()


def forged(token: str) -> Iterator[str]:
    """Yield ten tokens of the same form, of the same account and session."""
    ids, _, secret = token.rpartition(".")
    for _ in range(10):
        yield f"{ids}.{''.join(secrets.choice(ALPHABET) for _ in secret)}"


def refresh(token: str) -> Response:
    return call("POST", "/v1/auth/refresh", body={"refresh_token": token})


@pytest.mark.parametrize("handler", TAKE_A_TOKEN)
def test_a_forged_access_token_costs_no_call_to_the_database(handler: str) -> None:
    world = Local()
    request = ENDPOINTS[handler].example.prepare(world)
    assert isinstance(request, Request)
    session = world.owner
    with failing() as sent:
        for token in forged(session.token or ""):
            assert_problem(world.send(request.by(token)), "unauthorized")
    assert sent == []


def test_a_forged_refresh_token_costs_nothing_but_the_count_of_its_own_source(tokens: Json) -> None:
    with failing() as sent:
        for token in forged(tokens["refresh_token"]):
            assert_problem(refresh(token), "unauthorized")
    assert {(one["operation"], one["Key"]["pk"]["S"].rpartition("#")[0]) for one in sent} == {
        ("UpdateItem", "RATE#auth")
    }
    assert len({one["Key"]["pk"]["S"] for one in sent}) == 1
    assert refresh(tokens["refresh_token"]).status == 200


def test_a_token_of_one_kind_is_never_looked_up_as_the_other(tokens: Json) -> None:
    with failing() as sent:
        assert use(tokens["refresh_token"]) == 401
        assert refresh(tokens["access_token"]).status == 401
    assert [one["Key"]["pk"]["S"].partition("#")[0] for one in sent] == ["RATE"]  # the source of the refresh


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_part_of_another_token_is_refused_without_a_call(part: int, tokens: Json, stranger: str) -> None:
    parts, theirs = tokens["access_token"].split("."), stranger.split(".")
    parts[part] = theirs[part]
    with failing() as sent:
        assert use(".".join(parts)) == 401
    assert sent == []


def test_no_place_of_a_token_can_be_changed_without_its_being_noticed(tokens: Json) -> None:
    token = tokens["access_token"]
    with failing() as sent:
        for place, character in enumerate(token):
            other = ALPHABET[(ALPHABET.index(character) + 1) % len(ALPHABET)] if character in ALPHABET else "x"
            assert use(token[:place] + other + token[place + 1 :]) == 401, place
    assert sent == []


def test_a_forged_token_costs_nothing_either_while_nobody_can_count(tokens: Json) -> None:
    with failing(*BUSY, operation="UpdateItem") as sent:
        assert [use(token) for token in forged(tokens["access_token"])] == [401] * 10
    assert sent == []
