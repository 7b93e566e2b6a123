"""docs/openapi.json on what a handler lets in and takes, and on what it says of limits and caches: as its code does."""

import re
from http import HTTPStatus
from typing import Any

import pytest

from neoforge.api import routing
from neoforge.api.app import public
from neoforge.api.auth import authenticated, by_source, newcomer, optional_user, with_own_quota
from neoforge.api.idempotency import idempotent
from neoforge.api.problems import Problem, ProblemType
from tests.api import route_of
from tests.catalog import ENDPOINTS
from tests.catalog.model import ADMINS, OPERATORS
from tests.contract.openapi import DROPS, OPERATIONS, app_of, each_operation, parameters, problems, resolved
from tests.unit.helpers import request

SECRET = {("POST", "/v1/auth/login"), ("POST", "/v1/auth/refresh")}  # their answers are never stored
BY_ROLE = {route_of(handler) for handler, row in ENDPOINTS.items() if row.access in {ADMINS, OPERATORS}}
SECURITY: dict[Any, list[Any]] = {
    public: [],
    by_source: [],
    newcomer: [],
    optional_user: [{}, {"bearer": []}],
    authenticated: [{"bearer": []}],
    with_own_quota: [{"bearer": []}],
}


@each_operation
def test_who_may_call_is_what_the_handler_says(route: tuple[str, str], operation: dict[str, Any]) -> None:
    access = app_of(route).access
    assert (access in SECURITY) == (route not in BY_ROLE)
    assert operation["security"] == SECURITY.get(access, SECURITY[authenticated])
    own = ProblemType.UNAUTHORIZED in app_of(route).route.problems  # as login's
    assert ("unauthorized" in problems(operation)) == (bool(operation["security"]) or own)
    assert route not in BY_ROLE or "forbidden" in problems(operation)


@each_operation
def test_who_is_counted_is_told_what_is_left(route: tuple[str, str], operation: dict[str, Any]) -> None:
    """Not where nobody is counted, nor by API Gateway, which alone answers 504."""
    access, told = app_of(route).access, {"RateLimit", "RateLimit-Policy"}
    counted = access is not public or route in DROPS
    for status, answer in operation["responses"].items():
        reached = counted and status != "504" and (access is not public or status == "204")
        assert told & answer["headers"].keys() == (told if reached else set()), status
        certain = access is not public and route[0] != "GET" and int(status) < HTTPStatus.BAD_REQUEST
        assert {answer["headers"][name]["required"] for name in told if reached} == ({certain} if reached else set())
    assert problems(operation)["quota-exceeded"] == "429"
    assert operation["responses"]["429"]["headers"]["Retry-After"]["required"]


@pytest.mark.parametrize("header", ["RateLimit", "RateLimit-Policy"])
def test_the_examples_of_what_is_left_match_their_pattern(header: str) -> None:
    schema = OPERATIONS["PATCH", "/v1/account"]["responses"]["200"]["headers"][header]["schema"]
    assert len(schema["examples"]) > 1
    for example in schema["examples"]:
        assert re.search(schema["pattern"], example)
        assert not re.search(schema["pattern"], example + ",")


@each_operation
def test_a_write_that_takes_a_key_says_so(route: tuple[str, str], operation: dict[str, Any]) -> None:
    takes_key = app_of(route).execute is idempotent
    assert takes_key == (route[0] != "GET" and route not in DROPS | SECRET)
    own = {"invalid-idempotency-key", "request-in-progress", "idempotency-key-reused"}
    assert ("Idempotency-Key" in parameters(operation)) == takes_key
    assert own & problems(operation).keys() == (own if takes_key else set())
    success = operation["responses"][str(app_of(route).route.status)]
    assert ("Idempotent-Replayed" in success["headers"]) == takes_key


@each_operation
def test_path_parameters_are_those_of_the_path(route: tuple[str, str], operation: dict[str, Any]) -> None:
    in_path = {resolved(p)["name"] for p in operation["parameters"] if resolved(p)["in"] == "path"}
    assert in_path == set(re.findall(r"{(\w+)}", route[1]))


def optional(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a value that may be left out, without the null that stands for that."""
    (value,) = (one for one in schema.get("anyOf", [schema]) if one.get("type") != "null")
    return dict(value)


def validation(schema: dict[str, Any]) -> dict[str, Any]:
    """Return what a schema demands, without what it only tells."""
    return {word: schema[word] for word in schema if word not in {"examples", "description", "title"}}


@each_operation
def test_query_parameters_are_those_of_the_handler(route: tuple[str, str], operation: dict[str, Any]) -> None:
    in_query = [resolved(p) for p in operation["parameters"] if resolved(p)["in"] == "query"]
    assert not any(parameter.get("required") for parameter in in_query)
    of_pages = {p["name"] for p in in_query} & {"page_size", "cursor"}
    assert of_pages == ({"page_size", "cursor"} if "invalid-cursor" in problems(operation) else set())
    own = {p["name"]: p["schema"] for p in in_query if p["name"] not in of_pages}
    declared = app_of(route).route.query
    assert own.keys() == declared.keys()
    for name, schema in own.items():
        described = validation(schema)
        assert described == validation(described | validation(optional(declared[name].json_schema())))
    assert not in_query or "validation-failed" in problems(operation)


@each_operation
def test_what_can_be_kept_has_a_tag_and_says_who_may_keep_it(route: tuple[str, str], operation: dict[str, Any]) -> None:
    app, answers = app_of(route), operation["responses"]
    success = answers[str(app.route.status)]["headers"]
    cache = success["Cache-Control"]["schema"]["const"]
    assert cache == app.route.cache
    assert route[0] != "GET" or cache == "no-store" or cache.startswith("public, ") == (app.access is public)
    assert success["Vary"]["schema"]["const"] == (
        "Accept-Encoding, Origin" if app.access is public else "Accept-Encoding, Authorization, Origin"
    )
    kept = route[0] == "GET" and cache != "no-store"
    assert ("304" in answers) == kept
    conditions = {"If-Match", "If-None-Match"}
    assert conditions & {*parameters(operation)} == (conditions if kept or route[0] in {"PATCH", "DELETE"} else set())
    if kept:
        same = {name: answers["304"]["headers"][name] for name in ("ETag", "Cache-Control", "Vary")}
        assert same == {name: success[name] for name in same}
        assert success["ETag"]["required"]


@pytest.mark.parametrize(
    ("field", "accepts"),
    [
        ({"Content-Type": "text/plain"}, {"PATCH": {"Accept-Patch"}}),
        ({"Content-Type": "application/json; charset=utf-16"}, {}),
        ({"Content-Encoding": "br"}, {"PATCH": {"Accept-Encoding"}, "POST": {"Accept-Encoding"}}),
    ],
)
@each_operation
def test_what_a_415_says_of_what_is_taken_is_documented(
    route: tuple[str, str], operation: dict[str, Any], field: dict[str, str], accepts: dict[str, set[str]]
) -> None:
    if "415" not in operation["responses"]:
        assert not app_of(route).route.body
        return
    with pytest.raises(Problem) as raised:
        routing._json(
            request(
                route[0],
                "/v1/notes/nte_1" if route[0] == "PATCH" else "/v1/notes",
                body={},
                headers={"Content-Type": "application/json"} | field,
            )
        )
    assert {*raised.value.headers} == accepts.get(route[0], set())
    documented = operation["responses"]["415"]["headers"]
    assert {name: documented[name]["schema"]["const"] for name in raised.value.headers} == raised.value.headers
    assert not any(documented[name]["required"] for name in documented if name.startswith("Accept-"))


@each_operation
def test_a_creation_knows_whether_its_target_is_a_list(route: tuple[str, str], operation: dict[str, Any]) -> None:
    reads = OPERATIONS.get(("GET", route[1]), {"parameters": []})
    assert app_of(route).route.in_list == (route[0] == "POST" and "cursor" in parameters(reads))
