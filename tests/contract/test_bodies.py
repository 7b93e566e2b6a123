"""Each member of each request body takes the JSON types that its schema names, and no other."""

from typing import Any

import pytest

from neoforge.api.problems import Problem, ProblemType
from neoforge.api.routing import _validate
from tests.contract.openapi import OPERATIONS, app_of, resolved

VALUES: dict[str, list[Any]] = {
    "null": [None],
    "boolean": [True, False],
    "integer": [0, 1, 1_700_000_000],
    "number": [0.5, 1e308],
    "string": ["1", "true", "null", "1700000000"],
    "array": [[], ["a"]],
    "object": [{}, {"a": "b"}],
}
BODIES = {
    route: operation["requestBody"]["content"]["application/json"]
    for route, operation in OPERATIONS.items()
    if "application/json" in operation.get("requestBody", {}).get("content", {})
}
MEMBERS = [
    (route, name, schema)
    for route, content in BODIES.items()
    for name, schema in resolved(content["schema"])["properties"].items()
]


def json_types(schema: dict[str, Any]) -> set[str]:
    schema = resolved(schema)
    if "anyOf" in schema:
        return {one for part in schema["anyOf"] for one in json_types(part)}
    return {schema["type"]} | ({"integer"} if schema["type"] == "number" else set())


@pytest.mark.parametrize(("route", "name", "schema"), MEMBERS, ids=[f"{' '.join(one[0])} {one[1]}" for one in MEMBERS])
def test_a_value_of_another_json_type_is_422_with_its_pointer(
    route: tuple[str, str], name: str, schema: dict[str, Any]
) -> None:
    body = app_of(route).route.body
    assert body
    for kind in VALUES.keys() - json_types(schema):
        for value in VALUES[kind]:
            with pytest.raises(Problem) as raised:
                _validate(body[1], BODIES[route]["example"] | {name: value})
            assert raised.value.type is ProblemType.VALIDATION_FAILED, (kind, value)
            assert {pointer for pointer, _ in raised.value.invalid} == {f"#/{name}"}, (kind, value)
