"""Calls handlers as API Gateway does, on any engine; counts what they cost."""

import importlib
import json
import pkgutil
import re
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self

from neoforge.api.idempotency import idempotent
from neoforge.dynamodb.item import Item
from scripts import ROOT
from scripts.api import Api
from scripts.build import template
from scripts.build.template import Json, load_template, table_definition
from tests import log_review
from tests.notes import ROUTES as NOTES

TEMPLATE: Json = load_template(ROOT / "template.yaml")
PASSWORD = "correct horse battery staple"
# Headers that say what is asked for: a test sends its own, not those of the file in events/.
OF_A_REQUEST = {"authorization", "content-type", "idempotency-key", "if-match", "if-none-match", "origin"}


def functions() -> dict[str, Json]:
    """The template's functions by logical id."""
    return template.functions(TEMPLATE)


def routes() -> dict[tuple[str, str], str]:
    """Handlers by method and path, preflights left out."""
    return {
        (event["Properties"]["Method"], event["Properties"]["Path"]): function["Handler"]
        for function in functions().values()
        for event in function["Events"].values()
        if event["Type"] == "Api" and event["Properties"]["Method"] != "OPTIONS"
    }


def route_of(handler: str) -> tuple[str, str]:
    """Return method and path of an endpoint, named as in the catalogue."""
    return next(route for route, name in routes().items() if name == f"{handler}.handler")


def statements(handler: str) -> list[Json]:
    """Return the policy statements that the template grants to a function."""
    function = next(one for one in functions().values() if one["Handler"] == f"{handler}.handler")
    return [statement for policy in function.get("Policies", []) for statement in policy["Statement"]]


def granted_actions(handler: str) -> set[str]:
    """Return the actions that the template grants to a function."""
    return {action for statement in statements(handler) for action in statement["Action"]}


def takes_key(handler: str) -> bool:
    """Return whether an endpoint takes an Idempotency-Key."""
    return getattr(importlib.import_module(handler).app, "execute", None) is idempotent


def create_table(client: Any) -> None:
    """Create the table as template.yaml describes it."""
    client.create_table(TableName=Item.Meta.table_name, **table_definition(TEMPLATE))


class Context:
    """A Lambda context with some time left; `lock`: what is left when a key is locked, which is when the lock ends."""

    def __init__(self, milliseconds: int = 10_000, lock: int | None = None) -> None:
        self.aws_request_id = str(uuid.uuid4())
        self.milliseconds = milliseconds
        self._later = milliseconds if lock is None else lock

    def get_remaining_time_in_millis(self) -> int:
        left, self.milliseconds = self.milliseconds, self._later
        return left


@dataclass
class Response:
    """An answer of a handler."""

    status: int
    headers: dict[str, str]
    text: str

    @classmethod
    def of(cls, result: Mapping[str, Any]) -> Self:
        log_review.handed_out(result["body"])
        return cls(result["statusCode"], result["headers"], result["body"])

    def json(self) -> Any:
        return json.loads(self.text)


def event_file(handler: str) -> Path:
    """The event of a handler: events/projects/list.json of projects.list.handler."""
    return ROOT.joinpath("events", *handler.split(".")[:-1]).with_suffix(".json")


@cache
def _recorded(handler: str) -> str:
    """Return the event of a handler; any will do for a handler of the tests."""
    return event_file("account.get.handler" if handler in NOTES.values() else handler).read_text(encoding="utf-8")


def _routed(method: str, path: str) -> tuple[str, str]:
    """Find the handler of a request and its route: of the template, preflights included, or of the tests' own notes."""
    for (verb, route), handler in _all_routes().items():
        if verb == method and re.fullmatch(re.sub(r"{\w+}", "[^/]+", route), path, re.DOTALL):
            return handler, route
    raise LookupError(f"{method} {path}")


@cache
def _all_routes() -> dict[tuple[str, str], str]:
    found = {
        (source["Properties"]["Method"], source["Properties"]["Path"]): function["Handler"]
        for function in functions().values()
        for source in function["Events"].values()
        if source["Type"] == "Api"
    }
    return found | NOTES


def event(
    method: str,
    path: str,
    *,
    body: Any = None,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str | list[str]] | None = None,
    source_ip: str = "192.0.2.1",
) -> tuple[str, Json]:
    """Create the event of a request from the one in events/, and find the handler whose route it is."""
    log_review.sent(body)
    handler, route = _routed(method, path)
    made: Json = json.loads(_recorded(handler))
    kept = {name: value for name, value in made["headers"].items() if name.lower() not in OF_A_REQUEST}
    content = {} if body is None else {"Content-Type": "application/json"}
    sent = kept | content | dict(headers or {})
    given = {name: [value] if isinstance(value, str) else value for name, value in (query or {}).items()}
    pairs = zip(route.split("/"), path.split("/"), strict=True)
    made |= {
        "resource": route,
        "path": path,
        "httpMethod": method,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": {name: values[-1] for name, values in given.items()} or None,
        "multiValueQueryStringParameters": given or None,
        "pathParameters": {want[1:-1]: part for want, part in pairs if want.startswith("{")} or None,
        "body": body if isinstance(body, str) or body is None else json.dumps(body),
    }
    gateway = made["requestContext"]
    gateway |= {"requestId": str(uuid.uuid4()), "resourcePath": route, "path": f"/api{path}", "httpMethod": method}
    gateway["identity"]["sourceIp"] = source_ip
    return handler, made


def invoke(handler: str, made: Json, context: Context | None = None) -> Response:
    """Call a handler, named as in the template, with an event."""
    return Response.of(pkgutil.resolve_name(handler)(made, context or Context()))


def call(
    method: str, path: str, *, context: Context | None = None, token: str | None = None, **request: Any
) -> Response:
    """Call the handler of a route."""
    headers = dict(request.pop("headers", None) or {})
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return invoke(*event(method, path, headers=headers, **request), context)


def register_and_login(email: str = "ada@example.com") -> str:
    """Create an account and return an access token of it."""
    body = {"email": email, "password": PASSWORD, "display_name": "Ada"}
    assert call("POST", "/v1/auth/register", body=body).status == 201
    body.pop("display_name")
    return str(call("POST", "/v1/auth/login", body=body).json()["access_token"])


@dataclass(frozen=True)
class Account:
    """An account made over HTTP, and an access token of it."""

    id: str
    email: str
    token: str


def new_account(api: Api) -> Account:
    """Register and log in over HTTP with an address of its own."""
    credentials = {"email": f"{secrets.token_hex(8)}@example.com", "password": PASSWORD}
    registered = api.request("POST", "/v1/auth/register", body=credentials | {"display_name": "Ada"})
    assert registered.status == 201, registered.body
    session = api.request("POST", "/v1/auth/login", body=credentials)
    assert session.status == 200, session.body
    return Account(registered.json()["id"], credentials["email"], session.json()["access_token"])
