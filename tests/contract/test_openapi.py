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

from neoforge.api import idempotency
from neoforge.api.app import App, public
from neoforge.api.idempotency import exactly_once
from neoforge.api.problems import TYPES, Problem
from tests.support import ROOT, routes

FILE = ROOT / "docs/openapi.json"
DOCUMENT: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
OPERATIONS = {
    (method.upper(), path): operation for path, item in DOCUMENT["paths"].items() for method, operation in item.items()
}
PROBLEM_TYPE = "application/problem+json"
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
    is_public = app_of(route).access is public
    assert operation["security"] == ([] if is_public else [{"bearer": []}])
    assert is_public or "unauthorized" in problems(operation)


@each_operation
def test_a_write_that_takes_a_key_says_so(route: tuple[str, str], operation: dict[str, Any]) -> None:
    takes_key = app_of(route).execute is exactly_once
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
    assert ("requestBody" in operation) == (body is not None)
    if body:
        for content in operation["requestBody"]["content"].values():
            body[1].model_validate(content["example"])
            assert resolved(content["schema"])["additionalProperties"] is False


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
