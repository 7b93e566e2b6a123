"""What a body may hold can be sent, stored and answered: the limits of its texts bound it in bytes."""

import importlib
from typing import Any

import pytest
from pydantic import BaseModel

from neoforge import limits
from tests.catalog import FUNCTIONS

BODIES = {
    model.__name__: model
    for handler, function in FUNCTIONS.items()
    if function.access and (found := importlib.import_module(handler).app.route.body)
    for _, model in [found]
}
UTF8, ESCAPED = 4, 12  # bytes of a character at most: as it is, and as two \uXXXX
AROUND = 2_000  # bytes: names of members, ids, times, the author


def strings(schema: Any) -> list[Any]:
    """Return the schemas of all strings of a schema."""
    if isinstance(schema, list):
        return [one for part in schema for one in strings(part)]
    if not isinstance(schema, dict):
        return []
    return [schema] if schema.get("type") == "string" else [one for part in schema.values() for one in strings(part)]


def characters(model: type[BaseModel]) -> int:
    """Return how many characters of text a model holds at most. Raises KeyError for a string without a limit."""
    properties = model.model_json_schema()["properties"]
    found = {name: strings(part) for name, part in properties.items()}
    return sum(max(map(length, some), default=0) for some in found.values())


def length(schema: Any) -> int:
    if "enum" in schema or "const" in schema:
        return max(map(len, schema.get("enum", [schema.get("const", "")])))
    return int(schema["maxLength"])


@pytest.mark.parametrize("model", BODIES.values(), ids=BODIES)
def test_every_text_of_a_body_has_a_limit_in_characters_and_in_bytes(model: type[BaseModel]) -> None:
    for schema in strings(model.model_json_schema()):
        assert length(schema) <= limits.MAX_TEXT_CHARACTERS
        assert UTF8 * length(schema) <= limits.MAX_TEXT_BYTES


@pytest.mark.parametrize("model", BODIES.values(), ids=BODIES)
def test_whatever_a_body_may_hold_can_be_sent_stored_and_answered(model: type[BaseModel]) -> None:
    assert UTF8 * characters(model) + AROUND <= limits.MAX_ITEM_BYTES
    assert ESCAPED * characters(model) + AROUND <= limits.MAX_BODY_BYTES


def test_a_page_can_hold_the_largest_resource_and_a_function_can_return_a_page() -> None:
    lambda_bytes, headers = 6_291_556, 10_240
    assert 2 * limits.MAX_ITEM_BYTES < limits.MAX_PAGE_BYTES < lambda_bytes - limits.MAX_HEADER_BYTES - AROUND
    assert headers > limits.MAX_HEADER_BYTES


def test_a_model_over_its_limit_is_found() -> None:
    class Large(BaseModel):
        text: str

    with pytest.raises(KeyError):
        characters(Large)
