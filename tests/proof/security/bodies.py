"""The bodies in the OpenAPI document, and requests with them that succeed."""

import importlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from neoforge.api.auth import with_own_quota
from scripts.build.template import Json
from tests.api import route_of
from tests.callers import Local
from tests.catalog import ENDPOINTS
from tests.catalog.world import Request
from tests.contract.openapi import DROPS, OPERATIONS, resolved


class Member(NamedTuple):
    """A member of a body."""

    handler: str
    name: str
    schema: Json

    def __str__(self) -> str:
        return f"{self.handler} {self.name}"


def schema_of(handler: str) -> Json | None:
    """Return the schema of an endpoint's body."""
    route = route_of(handler)
    body = OPERATIONS[route].get("requestBody")
    return resolved(body["content"]["application/json"]["schema"]) if body and route not in DROPS else None


HANDLERS = [handler for handler in ENDPOINTS if schema_of(handler)]


def _members() -> Iterator[Member]:
    for handler in HANDLERS:
        for name, schema in (schema_of(handler) or {})["properties"].items():
            yield Member(handler, name, resolved(schema))


MEMBERS = list(_members())


def takes_text(schema: Json) -> bool:
    """Return whether a member may be a string."""
    branches = [resolved(one) for one in schema.get("anyOf", [schema])]
    return any(one.get("type") == "string" for one in branches)


STRINGS = [member for member in MEMBERS if takes_text(member.schema)]


def valid(handler: str, request: Request) -> dict[str, Any]:
    """Return a body that is taken, with all its members.

    The e-mail and the password of the document's example are nobody's here: the request's own come first.
    """
    example = OPERATIONS[route_of(handler)]["requestBody"]["content"]["application/json"]["example"]
    return {**example, **request.body}


def prepared(handler: str, world: Local) -> Request:
    """Return the example of an endpoint, with its body."""
    request = ENDPOINTS[handler].example.prepare(world)
    assert isinstance(request, Request)
    return request


def admission(handler: str) -> set[str]:
    """Return the calls to the database that admit a caller and count the request: all that may precede a refusal."""
    counted_apart = importlib.import_module(handler).app.access is with_own_quota
    return {"UpdateItem", "GetItem"} if counted_apart else {"UpdateItem"}
