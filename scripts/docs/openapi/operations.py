"""The operations of the OpenAPI document: what each handler takes and answers, from its own declaration."""

import importlib
import inspect
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, get_args, get_origin, get_type_hints

from neoforge.api.app import NO_STORE, App, public
from neoforge.api.auth import by_source, optional_user, requires_role
from neoforge.api.etag import IfMatch
from neoforge.api.idempotency import idempotent
from neoforge.api.pagination import Page, PageRequest
from neoforge.api.problems import TYPES
from neoforge.api.routing import BODY_TYPES
from scripts.build.template import Json, gateway_responses
from scripts.docs.openapi import TEMPLATE, VALUES, components
from scripts.docs.openapi.files import FILES
from scripts.docs.openapi.reports import REPORTS
from scripts.docs.openapi.schemas import example_of

# What API Gateway answers by itself on a path that exists, before or instead of the function.
GATEWAY = ("REQUEST_TOO_LARGE", "THROTTLED", "DEFAULT_5XX", "INTEGRATION_TIMEOUT")
BEARER: Json = {"bearer": []}


@dataclass(frozen=True)
class Endpoint:
    """A handler of the template."""

    tag: str
    about: str  # what its module says it does
    app: App
    uses_table: bool

    @property
    def answer(self) -> Any:
        """What the handler returns."""
        return get_type_hints(self.app.route.function)["return"]

    @property
    def tag_header(self) -> str | None:
        """Which of parts.HEADERS is the ETag of its answers; None if they have none."""
        if get_origin(self.answer) is Page:
            return "ETag-List"
        if "version" in getattr(self.answer, "model_fields", {}):
            return "ETag"
        return "ETag-Body" if self.app.route.method == "GET" and self.app.route.cache != NO_STORE else None

    @property
    def vary(self) -> Json:
        """What its answers depend on."""
        return components.constant("Origin" if self.app.access is public else "Authorization, Origin")

    @property
    def limited(self) -> bool:
        """Tell whether its callers are counted, and told so."""
        return self.app.access is not public

    @property
    def by_role(self) -> bool:
        """Tell whether only accounts with some role are let in."""
        return getattr(self.app.access, "__code__", None) is requires_role().__code__

    @property
    def security(self) -> list[Json]:
        """What a caller may show, one of these: nothing ({}), or an access token."""
        if self.app.access in {public, by_source}:
            return []
        return [{}, BEARER] if self.app.access is optional_user else [BEARER]

    @property
    def reports(self) -> Json | None:
        """What it takes if it reads its body by itself; then it takes anything else too, and answers as ever."""
        return REPORTS.get(self.app.route.path)

    def takes(self, kind: type) -> bool:
        """Tell whether the handler asks for this part of the request."""
        return kind in self.app.route.injected.values()


def endpoints() -> Iterator[Endpoint]:
    """Every endpoint of the template, in its order."""
    for resource in TEMPLATE["Resources"].values():
        events = resource.get("Properties", {}).get("Events", {}) if "Function" in resource["Type"] else {}
        if any(event["Type"] == "Api" for event in events.values()):
            handler = resource["Properties"]["Handler"]
            module = importlib.import_module(handler.rpartition(".")[0])
            about = (module.__doc__ or "").partition("— ")[2].strip()
            uses_table = "Policies" in resource["Properties"]
            yield Endpoint(handler.partition(".")[0], about[:1].upper() + about[1:], module.app, uses_table)


def problems(endpoint: Endpoint) -> list[str]:
    """Types of all problems that an endpoint can answer with, by status."""
    app, route = endpoint.app, endpoint.app.route
    body = ["malformed-request", "content-too-large", "unsupported-media-type", "validation-failed"]
    once = ["invalid-idempotency-key", "request-in-progress", "idempotency-key-reused"]
    causes = [
        (BEARER in endpoint.security, ["unauthorized"]),
        (endpoint.by_role, ["forbidden"]),
        (route.parameters, ["not-found"]),
        (route.body, body),
        (endpoint.takes(PageRequest), ["invalid-cursor", "validation-failed"]),
        (route.query, ["validation-failed"]),
        (endpoint.takes(IfMatch), ["malformed-request", "precondition-failed"]),
        (app.execute is idempotent, once),
        (endpoint.uses_table and not endpoint.reports, ["service-unavailable"]),
    ]
    found = {name for holds, names in causes if holds for name in names} | set(route.problems)
    own = gateway_responses(TEMPLATE, VALUES)
    found |= {json.loads(own[kind].template)["type"].rpartition("/")[2] for kind in GATEWAY}
    return [name for name in TYPES if name in found]


def responses(endpoint: Endpoint, schemas: Json) -> Json:
    """All answers of an endpoint by status."""
    route, answer = endpoint.app.route, endpoint.answer
    headers = {
        "X-Request-Id": components.HEADERS["X-Request-Id"],
        "Cache-Control": components.constant(route.cache),
        "Vary": endpoint.vary,
    }
    if endpoint.limited or endpoint.reports:
        headers |= components.rate_limit(required=endpoint.limited and route.method != "GET")
    if endpoint.tag_header:
        headers["ETag"] = components.HEADERS[endpoint.tag_header]
    found: Json = {}
    if route.method == "GET" and endpoint.tag_header:
        found["304"] = {"description": "The caller has this state already.", "headers": dict(headers)}
    if get_origin(answer) is Page:
        headers["Link"] = components.HEADERS["Link"]
    if route.location:
        headers["Location"] = components.HEADERS["Location"]
    if endpoint.app.execute is idempotent:
        headers["Idempotent-Replayed"] = components.HEADERS["Idempotent-Replayed"]
    found[str(route.status)] = {"description": "It is done.", "headers": headers} | content_of(endpoint, schemas)
    return dict(sorted((found | problem_answers(endpoint)).items()))


def content_of(endpoint: Endpoint, schemas: Json) -> Json:
    """What a success is, and what it brings; nothing if there is nothing."""
    if files := FILES.get(endpoint.app.route.path):
        return {"description": endpoint.about, "content": files}
    name = schema_name(endpoint.answer)
    if name is None:
        return {}
    example = example_of(schemas[name], schemas)
    content = {"schema": {"$ref": f"#/components/schemas/{name}"}, "example": example}
    return {"description": schemas[name]["description"], "content": {"application/json": content}}


def problem_answers(endpoint: Endpoint) -> Json:
    """All answers of an endpoint that tell of a problem, by status."""
    of_functions = {"Vary": endpoint.vary} | (components.rate_limit(required=False) if endpoint.limited else {})
    found = {
        str(status): components.problem_answer(names, of_functions)
        for status, names in groupby(problems(endpoint), lambda name: TYPES[name][0])
    }
    if endpoint.app.route.method == "PATCH":
        found["415"]["headers"]["Accept-Patch"] = components.constant(", ".join(sorted(BODY_TYPES["PATCH"])))
    return found


def schema_name(answer: Any) -> str | None:
    """Name of the schema of what a handler returns; None if that is nothing."""
    if get_origin(answer) is Page:
        return f"{get_args(answer)[0].__name__}Page"
    return None if answer is type(None) else str(answer.__name__)


def query_parameters(endpoint: Endpoint) -> Iterator[Json]:
    """The parameters of the query that the handler names: filters, whose default is none, and others."""
    declared = inspect.signature(endpoint.app.route.function).parameters
    for name, adapter in endpoint.app.route.query.items():
        schema, default = adapter.json_schema(), declared[name].default
        if default is None:
            (schema,) = (one for one in schema["anyOf"] if one != {"type": "null"})  # no query can say null
            yield {"name": name, "in": "query", "schema": schema, "description": f"Only those with this {name}."}
        else:
            yield {"name": name, "in": "query", "schema": schema | {"default": default}}


def operation(endpoint: Endpoint, schemas: Json) -> Json:
    """The operation of an endpoint."""
    app, route = endpoint.app, endpoint.app.route
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": adapter.json_schema()}
        for name, adapter in route.parameters.items()
    ]
    causes = [
        (endpoint.takes(PageRequest), ["page_size", "cursor"]),
        (route.method == "GET" and endpoint.tag_header, ["If-None-Match"]),
        (endpoint.takes(IfMatch), ["If-Match"]),
        (app.execute is idempotent, ["Idempotency-Key"]),
    ]
    found: Json = {
        "operationId": route.function.__name__,
        "tags": [endpoint.tag],
        "summary": (route.function.__doc__ or "").strip().rstrip("."),
        "description": endpoint.about,
        "security": endpoint.security,
        "parameters": in_path
        + list(query_parameters(endpoint))
        + [{"$ref": f"#/components/parameters/{name}"} for holds, names in causes if holds for name in names],
    }
    if endpoint.reports:
        found["requestBody"] = endpoint.reports
    if route.body:
        name = route.body[1].__name__
        schema = {"$ref": f"#/components/schemas/{name}"}
        content = {"schema": schema, "example": example_of(schemas[name], schemas)}
        if route.method == "PATCH":  # what a merge patch leaves out stays as it is
            for member in schemas[name]["properties"].values():
                member.pop("default", None)
        found["requestBody"] = {
            "required": True,
            "content": dict.fromkeys(sorted(BODY_TYPES[route.method], key=len, reverse=True), content),
        }
    return found | {"responses": responses(endpoint, schemas)}
