"""The operations of the OpenAPI document, from the declarations of the handlers."""

import inspect
from collections.abc import Iterator
from itertools import groupby
from typing import Any, get_args, get_origin

from neoforge.api.idempotency import idempotent
from neoforge.api.pagination import Page
from neoforge.api.routing import BODY_TYPES
from scripts.build.template import Json
from scripts.docs.openapi import components
from scripts.docs.openapi.endpoints import Endpoint, problems
from scripts.docs.openapi.files import EXAMPLES, FILES
from scripts.docs.openapi.problems import problem_answer
from scripts.docs.openapi.schemas import example_of


def responses(endpoint: Endpoint, schemas: Json) -> Json:
    """Return the answers of an endpoint by status."""
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
        found["304"] = {"description": "Not modified", "headers": dict(headers)}
    if get_origin(answer) is Page:
        headers["Link"] = components.HEADERS["Link"]
    if route.location:
        headers["Location"] = components.HEADERS["Location"]
    if endpoint.app.execute is idempotent:
        headers["Idempotent-Replayed"] = components.HEADERS["Idempotent-Replayed"]
    found[str(route.status)] = {"description": "No content", "headers": headers} | content_of(endpoint, schemas)
    return dict(sorted((found | problem_answers(endpoint)).items()))


def content_of(endpoint: Endpoint, schemas: Json) -> Json:
    """Return description and content of a success; nothing if it has no body."""
    if files := FILES.get(endpoint.app.route.path):
        return {"description": endpoint.app.route.description, "content": files}
    name = schema_name(endpoint.answer)
    if name is None:
        return {}
    example = example_of(schemas[name], schemas)
    content = {"schema": {"$ref": f"#/components/schemas/{name}"}, "example": example}
    return {"description": schemas[name]["description"], "content": {"application/json": content}}


def problem_answers(endpoint: Endpoint) -> Json:
    """Return the problems of an endpoint by status."""
    of_functions = {"Vary": endpoint.vary} | (components.rate_limit(required=False) if endpoint.limited else {})
    found = {
        str(status): problem_answer(kinds, of_functions)
        for status, kinds in groupby(problems(endpoint), lambda kind: kind.status)
    }
    if "415" in found:
        found["415"]["headers"] |= components.ACCEPTS[endpoint.app.route.method]
    return found


def schema_name(answer: Any) -> str | None:
    """Return the name of the schema of an answer; None if it has no body."""
    if get_origin(answer) is Page:
        return f"{get_args(answer)[0].__name__}Page"
    return None if answer is type(None) else str(answer.__name__)


def query_parameters(endpoint: Endpoint) -> Iterator[Json]:
    """Yield the query parameters: filters, which default to None, and others."""
    declared = inspect.signature(endpoint.app.route.function).parameters
    for name, adapter in endpoint.app.route.query.items():
        schema, default = adapter.json_schema(), declared[name].default
        if default is None:
            (schema,) = (one for one in schema["anyOf"] if one != {"type": "null"})  # a query cannot express null
            yield {"name": name, "in": "query", "schema": schema, "description": f"Return only items with this {name}."}
        else:
            yield {"name": name, "in": "query", "schema": schema | {"default": default}}


def operation(endpoint: Endpoint, schemas: Json) -> Json:
    """Return the operation of an endpoint."""
    app, route = endpoint.app, endpoint.app.route
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": adapter.json_schema() | EXAMPLES.get(name, {})}
        for name, adapter in route.parameters.items()
    ]
    causes = [
        (endpoint.paged, ["page_size", "cursor"]),
        (endpoint.conditional or (route.method == "GET" and endpoint.tag_header), ["If-Match", "If-None-Match"]),
        (app.execute is idempotent, ["Idempotency-Key"]),
    ]
    found: Json = {
        "operationId": route.function.__name__,
        "tags": [endpoint.tag],
        "summary": route.summary,
        **({"description": route.description} if route.description else {}),
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
        found["requestBody"] = {
            "required": True,
            "content": dict.fromkeys(sorted(BODY_TYPES[route.method], key=len, reverse=True), content),
        }
    return found | {"responses": responses(endpoint, schemas)}
