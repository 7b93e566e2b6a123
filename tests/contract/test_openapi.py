"""docs/openapi.json: fresh, whole, true to the code, and its examples are what the code takes and gives."""

import importlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from http import HTTPStatus
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate

from neoforge.api import csp, idempotency
from neoforge.api.app import App, public
from neoforge.api.auth import credentials, user
from neoforge.api.idempotency import exactly_once
from neoforge.api.problems import TYPES, Problem
from tests.support import ROOT, routes

FILE = ROOT / "docs/openapi.json"
DOCUMENT: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
OPERATIONS = {
    (method.upper(), path): operation for path, item in DOCUMENT["paths"].items() for method, operation in item.items()
}
PROBLEM_TYPE = "application/problem+json"
DROPS = {("POST", "/v1/csp/reports")}  # routes that read their body by themselves, and drop what they cannot read
SECRET = {("POST", "/v1/auth/login"), ("POST", "/v1/auth/refresh")}  # their answers are never stored
each_operation = pytest.mark.parametrize(
    ("route", "operation"), OPERATIONS.items(), ids=[" ".join(route) for route in OPERATIONS]
)


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    """Every object in the document."""
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from nodes(child)


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    """What a reference stands for."""
    if "$ref" not in node:
        return node
    found: Any = DOCUMENT
    for part in node["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return resolved(found)


def app_of(route: tuple[str, str]) -> App:
    module = importlib.import_module(routes()[route].rpartition(".")[0])
    app = module.app
    assert isinstance(app, App)
    return app


def parameters(operation: dict[str, Any]) -> set[str]:
    return {resolved(parameter)["name"] for parameter in operation["parameters"]}


def problems(operation: dict[str, Any]) -> dict[str, str]:
    """Status by type of problem."""
    return {
        name: status
        for status, answer in operation["responses"].items()
        for name in answer.get("content", {}).get(PROBLEM_TYPE, {}).get("examples", {})
    }


def check() -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scripts.openapi", "--check"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_it_is_what_make_openapi_would_write() -> None:
    assert (check().returncode, check().stderr) == (0, "")


def test_it_names_every_route_of_the_template_and_no_other() -> None:
    assert OPERATIONS.keys() == routes().keys()


def test_it_is_valid_openapi() -> None:
    validate(DOCUMENT)


def test_operation_ids_are_the_functions_names() -> None:
    for route, operation in OPERATIONS.items():
        assert operation["operationId"] == app_of(route).route.function.__name__
    ids = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(ids) == len(set(ids))


@each_operation
def test_who_may_call_is_what_the_handler_says(route: tuple[str, str], operation: dict[str, Any]) -> None:
    access = app_of(route).access
    assert access in {public, credentials, user}
    assert operation["security"] == ([{"bearer": []}] if access is user else [])
    assert access is not user or "unauthorized" in problems(operation)


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
    schema = OPERATIONS["POST", "/v1/projects"]["responses"]["201"]["headers"][header]["schema"]
    assert len(schema["examples"]) > 1
    for example in schema["examples"]:
        assert re.search(schema["pattern"], example)
        assert not re.search(schema["pattern"], example + ",")


@each_operation
def test_a_write_that_takes_a_key_says_so(route: tuple[str, str], operation: dict[str, Any]) -> None:
    takes_key = app_of(route).execute is exactly_once
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


@each_operation
def test_every_problem_stands_at_its_status(route: tuple[str, str], operation: dict[str, Any]) -> None:
    found = problems(operation)
    assert found == {name: str(TYPES[name][0]) for name in found}
    assert {"quota-exceeded", "internal-error", "gateway-timeout"} <= found.keys()  # API Gateway's own
    assert set(app_of(route).route.problems) <= found.keys()
    told = {status for status in operation["responses"] if int(status) >= HTTPStatus.BAD_REQUEST}
    assert told == set(found.values())


def test_the_example_of_each_problem_is_a_whole_document_with_a_page() -> None:
    examples = DOCUMENT["components"]["examples"]
    assert examples.keys() == TYPES.keys()
    for name, (status, title) in TYPES.items():
        document = examples[name]["value"]
        assert (document["status"], document["title"]) == (status, title)
        assert document["type"].endswith(f"/problems/{name}")
        page = (ROOT / f"docs/problems/{name}.md").read_text(encoding="utf-8")
        assert page.startswith(f"# {title}\n\n`{name}` · status {status}\n")
        assert json.loads(page.partition("```json\n")[2].partition("```")[0]) == document


@each_operation
def test_the_body_example_is_one_that_the_handler_takes(route: tuple[str, str], operation: dict[str, Any]) -> None:
    body = app_of(route).route.body
    assert ("requestBody" in operation) == (body is not None or route in DROPS)
    if body:
        for content in operation["requestBody"]["content"].values():
            body[1].model_validate(content["example"])
            schema = resolved(content["schema"])
            assert schema["additionalProperties"] is False
            assert content["example"].keys() == schema["properties"].keys()


@pytest.mark.parametrize("route", DROPS, ids=" ".join)
def test_what_a_browser_reports_is_read_as_the_example_is(route: tuple[str, str]) -> None:
    contents = OPERATIONS[route]["requestBody"]["content"]
    assert contents.keys() == set(csp.TYPES)
    for content in contents.values():
        (report,) = csp._reports(json.dumps(content["example"]).encode())
        assert all(csp._summary(report).values())
    assert [status for status in OPERATIONS[route]["responses"] if int(status) < HTTPStatus.BAD_REQUEST] == ["204"]
    assert problems(OPERATIONS[route]).keys() == {
        "content-too-large",
        "quota-exceeded",
        "internal-error",
        "gateway-timeout",
    }  # all API Gateway's own


@each_operation
def test_every_example_is_valid_by_its_schema(route: tuple[str, str], operation: dict[str, Any]) -> None:
    tried = 0
    for content in [node for node in nodes(operation) if "schema" in node]:
        examples = [example["value"] for example in map(resolved, content.get("examples", {}).values())]
        examples += [content["example"]] if "example" in content else []
        for example in examples + content["schema"].get("examples", []):
            schema = {**content["schema"], "components": DOCUMENT["components"]}
            OAS31Validator(schema, format_checker=OAS31Validator.FORMAT_CHECKER).validate(example)
            tried += 1
    assert tried


@each_operation
def test_the_answer_example_has_the_members_of_its_schema(route: tuple[str, str], operation: dict[str, Any]) -> None:
    success = operation["responses"][str(app_of(route).route.status)]
    for content in success.get("content", {}).values():
        schema = resolved(content["schema"])
        assert content["example"].keys() == schema["properties"].keys() == set(schema["required"])


def test_a_patch_says_nothing_of_what_an_absent_member_would_be() -> None:
    bodies = [op["requestBody"]["content"] for (method, _), op in OPERATIONS.items() if method == "PATCH"]
    assert bodies
    for content in bodies:
        schema = resolved(content["application/merge-patch+json"]["schema"])
        assert not any("default" in member for member in schema["properties"].values())
        assert not schema.get("required")


KEYS = ["a", "~!", 'a"b', "a" * 255, '"a"', f'"{"a" * 255}"', r'"a\"b"']
NO_KEYS = ["", "a b", "é", "a" * 256, '"', '""', '"a"b', f'"{"a" * 256}"', r'"a\b"']


@pytest.mark.parametrize("key", KEYS + NO_KEYS)
def test_the_pattern_of_a_key_agrees_with_the_code(key: str) -> None:
    schema = DOCUMENT["components"]["parameters"]["Idempotency-Key"]["schema"]
    assert bool(re.search(schema["pattern"], key)) == (key in KEYS)
    with nullcontext() if key in KEYS else pytest.raises(Problem):
        idempotency._key(key)


def test_null_is_told_by_any_of() -> None:
    page = DOCUMENT["components"]["schemas"]["ProjectPage"]["properties"]
    assert {"type": "null"} in page["next_cursor"]["anyOf"]
    assert {"type": "null"} in DOCUMENT["components"]["schemas"]["Project"]["properties"]["description"]["anyOf"]
