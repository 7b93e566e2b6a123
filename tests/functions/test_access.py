"""Who may call what: every route of the template, every kind of caller. A route that WHO does not name fails."""

import json
from typing import get_args

import pytest

from neoforge.accounts.model import Role
from scripts import ROOT
from scripts.build.template import Json
from tests.api import Response, call, routes
from tests.functions.helpers import assert_problem
from tests.functions.world import (
    AUTHOR,
    CALLERS,
    EVERYBODY,
    HAVING,
    NOBODY,
    OPERATORS,
    OWNER,
    OWNER_STAFF,
    WHO,
    World,
    made,
    restore,
    stored,
)

OPERATIONS: Json = json.loads((ROOT / "docs/openapi.json").read_text(encoding="utf-8"))["paths"]
# Of every answer, so not told of each: security, reporting, CORS, and what goes with a body.
GENERAL = {"Content-Type", "Content-Security-Policy", "Referrer-Policy", "Strict-Transport-Security"} | {
    *("X-Content-Type-Options", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy"),
    *("Reporting-Endpoints", "Report-To"),
}


@pytest.fixture(scope="module")
def kept() -> tuple[World, list[Json]]:
    """The world, made once, and what is stored of it."""
    with made() as world:
        return world, stored()


@pytest.fixture
def world(kept: tuple[World, list[Json]]) -> World:
    """The world, as it was made."""
    restore(kept[1])
    return kept[0]


# Of those who have an account: who may, and what the others get.
MAY = {
    OWNER: ({"user"}, "not-found"),
    OWNER_STAFF: ({"user", "support", "admin"}, "not-found"),
    AUTHOR: ({"user", "admin"}, "forbidden"),
    OPERATORS: ({"operator", "admin"}, "forbidden"),
}


def expected(route: tuple[str, str], caller: str) -> str:
    """What an answer has to be: done, or the type of a problem."""
    who = WHO[route][0]
    if who == EVERYBODY or (who == HAVING and caller == "anonymous"):
        return "done"
    if caller in NOBODY:
        return "unauthorized"
    if who in MAY:
        may, otherwise = MAY[who]
        return "done" if caller in may else otherwise
    return "done"


def assert_documented(route: tuple[str, str], response: Response) -> None:
    """Assert that docs/openapi.json tells of an answer with this status and these headers."""
    headers = OPERATIONS[route[1]][route[0].lower()]["responses"][str(response.status)]["headers"]
    required = {name for name, header in headers.items() if header.get("required")}
    assert required <= response.headers.keys()
    assert response.headers.keys() - GENERAL <= headers.keys()


def test_every_route_of_the_template_says_who_may_call_it() -> None:
    assert WHO.keys() == routes().keys()


def test_every_role_is_a_caller() -> None:
    assert set(get_args(Role)) <= set(CALLERS)


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("route", WHO, ids=" ".join)
def test_a_route_lets_in_whom_it_should_and_nobody_else(route: tuple[str, str], caller: str, world: World) -> None:
    before = stored()
    where = route[1].format_map(world._asdict())
    response = call(route[0], where, token=world.tokens[caller], **WHO[route][1](world))
    outcome = expected(route, caller)
    if outcome == "done":
        assert response.status < 300, response.text
    else:
        assert_problem(response, outcome)
        assert stored() == before
    assert_documented(route, response)
