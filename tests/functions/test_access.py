"""Who may call what: every endpoint of the catalogue, every kind of caller."""

import json
from functools import cache
from typing import NamedTuple, get_args

import pytest

from neoforge.accounts.model import Role
from neoforge.dynamodb.client import get_client
from neoforge.dynamodb.item import Item
from scripts import ROOT
from scripts.build.template import Json
from tests.api import Response, create_table, route_of
from tests.callers import Local, put_items, stored
from tests.catalog import ENDPOINTS
from tests.catalog.model import CALLERS
from tests.catalog.world import Request
from tests.functions.helpers import assert_problem

OPERATIONS: Json = json.loads((ROOT / "docs/openapi.json").read_text(encoding="utf-8"))["paths"]
# Headers of every answer, so not documented with each: security, reporting, CORS, and what goes with a body.
GENERAL = {"Content-Type", "Content-Security-Policy", "Referrer-Policy", "Strict-Transport-Security"} | {
    *("X-Content-Type-Options", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy"),
    *("Reporting-Endpoints", "Report-To"),
}


class Stage(NamedTuple):
    """The example of an endpoint, the token of each caller, and what is stored before it."""

    request: Request
    tokens: dict[str, str | None]
    items: list[Json]


@cache
def stage(handler: str) -> Stage:
    """Prepare the example once, in an empty table; the next callers find what was stored put back."""
    world = Local()
    request = ENDPOINTS[handler].example.prepare(world)
    assert isinstance(request, Request)
    return Stage(request, world.tokens(), stored())


def restored(handler: str) -> Stage:
    """Return the stage, with what it has stored in a table of this test's own."""
    staged = stage(handler)
    get_client().delete_table(TableName=Item.Meta.table_name)
    create_table(get_client())
    put_items(staged.items)
    return staged


def assert_documented(handler: str, response: Response) -> None:
    """Assert that docs/openapi.json has an answer with this status and these headers."""
    method, path = route_of(handler)
    headers = OPERATIONS[path][method.lower()]["responses"][str(response.status)]["headers"]
    required = {name for name, header in headers.items() if header.get("required")}
    assert required <= response.headers.keys()
    assert response.headers.keys() - GENERAL <= headers.keys()


def test_every_role_is_a_caller() -> None:
    assert set(get_args(Role)) - {"user"} <= set(CALLERS)  # owner and other have the role user


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("handler", ENDPOINTS)
def test_an_endpoint_admits_the_callers_of_the_catalogue_and_nobody_else(handler: str, caller: str) -> None:
    staged = restored(handler)
    before = stored()
    response = Local().send(staged.request.by(staged.tokens[caller]))
    if refusal := ENDPOINTS[handler].access_of(caller):
        assert_problem(response, refusal)
        assert stored() == before
    else:
        assert response.status == ENDPOINTS[handler].example.status, response.text
    assert_documented(handler, response)
