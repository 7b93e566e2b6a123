import re
import unicodedata
from typing import Any, Literal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from openapi_schema_validator import OAS31Validator
from pydantic import Field, Secret, TypeAdapter, ValidationError

from neoforge import clock
from neoforge.models import Body, Document, Line, Text, Timestamp, apply_patch
from tests.unit.helpers import FixedClock

LINE, TEXT, TIMESTAMP = (TypeAdapter[str](kind) for kind in (Line, Text, Timestamp))
CHARACTERS = st.characters(exclude_categories=["Cs"])


def accepts(adapter: TypeAdapter[str], text: str) -> bool:
    try:
        return adapter.validate_python(text) == text
    except ValidationError:
        return False


@given(st.text(CHARACTERS, max_size=20))
def test_a_text_has_no_control_characters_but_tabs_and_line_breaks(text: str) -> None:
    assert accepts(TEXT, text) == all(unicodedata.category(one) != "Cc" or one in "\t\r\n" for one in text)


@pytest.mark.parametrize("code", [*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029])
def test_a_line_with_a_control_character_is_refused(code: int) -> None:
    for text in (chr(code), f"a{chr(code)}", f"{chr(code)}a", f"a{chr(code)}b"):
        assert not accepts(LINE, text)


@pytest.mark.parametrize("text", ["a\n", "\na", "a\nb\n"])
def test_a_line_does_not_end_with_a_line_break(text: str) -> None:
    assert not accepts(LINE, text)
    assert accepts(TEXT, text)


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        ("2026-11-22T09:30:00.000Z", True),
        ("2026-11-22T09:30:00Z", False),
        ("2026-11-22T09:30:00.000+00:00", False),
        ("2026-11-22T09:30:00.000Z\n", False),
        ("2026-11-22 09:30:00.000Z", False),
    ],
)
def test_a_timestamp_has_one_format(text: str, accepted: bool) -> None:
    assert accepts(TIMESTAMP, text) is accepted


class Stored(Document):
    """A stored document."""

    value: int


def test_a_validation_error_of_a_document_does_not_quote_it() -> None:
    with pytest.raises(ValidationError) as error:
        Stored.model_validate_json('{"value":"p4ssw0rd"}')
    assert "value" in str(error.value)
    assert "p4ssw0rd" not in str(error.value)


def refused(model: type[Body], body: dict[str, Any]) -> set[int | str]:
    """Return the members that are not as the model says."""
    try:
        model.model_validate(body)
    except ValidationError as error:
        return {one["loc"][0] for one in error.errors()}
    return set()


class Note(Body):
    """A request's body."""

    text: str


def test_a_body_with_unknown_members_is_refused() -> None:
    with pytest.raises(ValidationError, match="title"):
        Note.model_validate({"text": "a", "title": "b"})


class Part(Body):
    """An object in a request's body."""

    count: int


class Everything(Body):
    """A member of each type that JSON can express."""

    text: str = ""
    secret: Secret[str] | None = None
    word: Literal["a", "1", "true"] = "a"
    integer: int = 0
    number: float = 0
    flag: bool = False
    texts: list[str] = Field(default_factory=list)
    integers: list[int] = Field(default_factory=list)
    by_name: dict[str, int] = Field(default_factory=dict)
    part: Part | None = None
    parts: list[Part] = Field(default_factory=list)


WORD = st.sampled_from(["", "0", "1", "100", "1.5", "true", "null", "[]", "{}", "1e3", " 1", "2026-11-22"])
LEAF = st.one_of(st.none(), st.booleans(), st.sampled_from([0, 1, -1, 100]), st.sampled_from([0.0, 1.0, 1.5]), WORD)
JSON = st.recursive(LEAF, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(WORD | st.just("count"), inner))


@given(st.sampled_from(sorted(Everything.model_fields)), JSON)
def test_a_member_of_a_body_takes_its_own_json_type_only(member: str, value: Any) -> None:
    schema = Everything.model_json_schema()
    right = OAS31Validator(schema["properties"][member] | {"$defs": schema["$defs"]}).is_valid(value)
    # To JSON Schema 1.0 is an integer, to us it is not.
    assume(not (right and re.search(r"\d\.0", str(value)) and member != "number"))
    assert refused(Everything, {member: value}) == (set() if right else {member})


class Patch(Body):
    """A merge patch."""

    text: str = ""
    size: int | None = 1


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"size": None}, {"size": 1}, {"text": "a", "size": 2}])
def test_the_changes_of_a_body_are_the_members_that_were_sent(body: dict[str, str | int | None]) -> None:
    assert Patch.model_validate(body).changes() == body


class Thing(Document):
    """A versioned document."""

    text: str = "a"
    size: int | None = 1
    version: int = 1
    updated_at: str = "2025-11-22T09:30:00.000Z"


@pytest.mark.parametrize("changes", [{}, {"text": "a"}, {"size": 1}, {"text": "a", "size": 1}])
def test_a_patch_that_makes_no_difference_returns_the_same_object(changes: dict[str, str | int]) -> None:
    thing = Thing()
    assert apply_patch(thing, changes) is thing


@pytest.mark.parametrize(
    ("changes", "text", "size"),
    [({"text": "b"}, "b", 1), ({"size": None}, "a", None), ({"text": "", "size": 1}, "", 1)],
)
def test_a_patch_returns_the_next_version(
    changes: dict[str, str | None], text: str, size: int | None, at: FixedClock
) -> None:
    thing = Thing()
    after = apply_patch(thing, changes)
    assert (after.text, after.size, after.version, after.updated_at) == (text, size, 2, clock.timestamp(at.seconds))
    assert thing == Thing()


def test_a_patch_never_moves_updated_at_back(at: FixedClock) -> None:
    at.seconds = 0  # another machine's clock
    assert apply_patch(Thing(), {"text": "b"}).updated_at == Thing().updated_at
