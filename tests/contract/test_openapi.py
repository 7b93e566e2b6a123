"""docs/openapi.json: fresh, whole, true to the code, and its examples are what the code takes and gives."""

import json
import re
import subprocess
import sys
from contextlib import nullcontext
from http import HTTPStatus
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate

from neoforge.api import csp_reports, idempotency
from neoforge.api.problems import Problem, ProblemType
from scripts import ROOT
from tests.api import routes
from tests.contract.openapi import DOCUMENT, DROPS, OPERATIONS, app_of, each_operation, nodes, problems, resolved


def check() -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scripts.docs.openapi", "--check"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_document_is_what_make_generate_would_write() -> None:
    done = check()
    assert done.returncode == 0, done.stderr


def test_the_document_has_every_route_of_the_template_and_no_other() -> None:
    assert OPERATIONS.keys() == routes().keys()


def test_the_document_is_valid_openapi() -> None:
    validate(DOCUMENT)


def test_operation_ids_are_the_functions_names() -> None:
    for route, operation in OPERATIONS.items():
        assert operation["operationId"] == app_of(route).route.function.__name__
    ids = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(ids) == len(set(ids))


@each_operation
def test_every_problem_stands_at_its_status(route: tuple[str, str], operation: dict[str, Any]) -> None:
    found = problems(operation)
    assert found == {name: str(ProblemType(name).status) for name in found}
    assert {"quota-exceeded", "internal-error", "gateway-timeout"} <= found.keys()  # API Gateway's own
    assert {kind.value for kind in app_of(route).route.problems} <= found.keys()
    told = {status for status in operation["responses"] if int(status) >= HTTPStatus.BAD_REQUEST}
    assert told == set(found.values())


def test_the_example_of_each_problem_is_a_whole_document_with_a_page() -> None:
    examples = DOCUMENT["components"]["examples"]
    assert examples.keys() == {kind.value for kind in ProblemType}
    for name, status, title in ((kind.value, kind.status, kind.title) for kind in ProblemType):
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
    assert contents.keys() == set(csp_reports.TYPES)
    for content in contents.values():
        (report,) = csp_reports._reports(json.dumps(content["example"]).encode())
        assert all(csp_reports._summary(report).values())
    assert [status for status in OPERATIONS[route]["responses"] if int(status) < HTTPStatus.BAD_REQUEST] == ["204"]
    assert problems(OPERATIONS[route]).keys() == {
        "content-too-large",
        "quota-exceeded",
        "internal-error",
        "gateway-timeout",
    } | {"precondition-failed"}  # API Gateway's own, and that of conditions


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
        if "$ref" not in content["schema"]:  # a file
            assert schema.keys() == {"type"} | ({"description"} if schema["type"] == "object" else set())
            continue
        assert content["example"].keys() == schema["properties"].keys() == set(schema["required"])


def test_no_schema_has_a_default() -> None:
    """Generators make a member with a default required, or send it unasked."""
    schemas = DOCUMENT["components"]["schemas"]
    assert [name for name, schema in schemas.items() if '"default":' in json.dumps(schema)] == []


def test_a_patch_requires_nothing() -> None:
    bodies = [op["requestBody"]["content"] for (method, _), op in OPERATIONS.items() if method == "PATCH"]
    assert bodies
    for content in bodies:
        schema = resolved(content["application/merge-patch+json"]["schema"])
        assert not schema.get("required")


KEYS = ["a", "~!", 'a"b', "a" * 255, '"a"', f'"{"a" * 255}"', r'"a\"b"']
NO_KEYS = ["", "a b", "é", "a" * 256, '"', '""', '"a"b', f'"{"a" * 256}"', r'"a\b"']


@pytest.mark.parametrize("key", KEYS + NO_KEYS)
def test_the_pattern_of_a_key_agrees_with_the_code(key: str) -> None:
    schema = DOCUMENT["components"]["parameters"]["Idempotency-Key"]["schema"]
    assert bool(re.search(schema["pattern"], key)) == (key in KEYS)
    with nullcontext() if key in KEYS else pytest.raises(Problem):
        idempotency._key(key)


def test_null_is_one_of_any_of() -> None:
    page = DOCUMENT["components"]["schemas"]["ListedSessionPage"]["properties"]
    assert {"type": "null"} in page["next_cursor"]["anyOf"]
