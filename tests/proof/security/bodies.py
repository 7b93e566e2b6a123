"""The bodies that the OpenAPI document tells of, and requests with them that succeed."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from scripts.build.template import Json
from tests.api import Response, call
from tests.contract.openapi import DROPS, OPERATIONS, resolved
from tests.functions.world import OPERATORS, WHO, World


class Member(NamedTuple):
    """A member of a body."""

    method: str
    path: str
    name: str
    schema: Json

    @property
    def route(self) -> tuple[str, str]:
        return self.method, self.path

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.name}"


def schema_of(route: tuple[str, str]) -> Json | None:
    """The schema of a route's body."""
    body = OPERATIONS[route].get("requestBody")
    return resolved(body["content"]["application/json"]["schema"]) if body and route not in DROPS else None


ROUTES = [route for route in OPERATIONS if schema_of(route)]


def _members() -> Iterator[Member]:
    for route in ROUTES:
        for name, schema in (schema_of(route) or {})["properties"].items():
            yield Member(*route, name, resolved(schema))


MEMBERS = list(_members())


def takes_text(schema: Json) -> bool:
    """Tell whether a member may be a string."""
    branches = [resolved(one) for one in schema.get("anyOf", [schema])]
    return any(one.get("type") == "string" for one in branches)


STRINGS = [member for member in MEMBERS if takes_text(member.schema)]


def valid(route: tuple[str, str], world: World) -> dict[str, Any]:
    """A body that is taken, with all its members."""
    example = OPERATIONS[route]["requestBody"]["content"]["application/json"]["example"]
    sent = WHO[route][1](world)["body"]
    # What the example says of itself (its e-mail, its password) is nobody's here: the world's own comes first.
    return {**example, **sent}


def send(route: tuple[str, str], world: World, body: Any, **request: Any) -> Response:
    """Send a body as somebody who may."""
    token = world.tokens["operator" if WHO[route][0] == OPERATORS else "user"]
    return call(route[0], route[1].format_map(world._asdict()), token=token, body=body, **request)
