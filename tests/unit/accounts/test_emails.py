"""E-mail addresses: what is one (RFC 5321, 4.1.2), and when two are the same."""

import re
import sys
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from neoforge.accounts import model

EMAIL: TypeAdapter[str] = TypeAdapter(model.Email)
SCHEMA: dict[str, Any] = EMAIL.json_schema()
DOMAIN = "example.com"


def is_email(text: str) -> bool:
    try:
        EMAIL.validate_python(text)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    "local", ["a", "a.b", "a.b.c", "A-1+x", "!#$%&'*+/=?^_`{|}~-", "a" * 64, "a." * 31 + "ab", "x.y-z"], ids=ascii
)
def test_atoms_with_single_dots_between_them_are_a_local_part(local: str) -> None:
    assert is_email(f"{local}@{DOMAIN}")


@pytest.mark.parametrize(
    "local",
    [
        "",
        ".",
        "..",
        ".a",
        "a.",
        "a..b",
        ".a.b",
        "a.b.",
        "a...b",
        "a" * 65,
        "a." * 32 + "a",
        "a b",
        "é",
        "\u212a",
        '"a"',
    ],
    ids=ascii,
)
def test_other_local_parts_are_none(local: str) -> None:
    assert not is_email(f"{local}@{DOMAIN}")


@pytest.mark.parametrize(
    "email", ["a@b", "a@.b.co", "a@b..co", "a@b.co.", "a@-b.co", "a@b-.co", "a@b.co\n", "a@@b.co", "a@b@c.co"]
)
def test_other_domains_are_none(email: str) -> None:
    assert not is_email(email)


@given(
    st.one_of(
        st.text("a.@-+é\n", max_size=12),
        st.builds("{}@{}".format, st.text("a.+\u212a", max_size=70), st.text("a.-", max_size=12)),
        st.builds(
            "{}@{}.{}".format, st.text("ab.", min_size=60, max_size=68), st.text("a-", max_size=70), st.just("co")
        ),
    )
)
@example(f"{'a.' * 31}ab@{DOMAIN}")
@example(f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 61}")
def test_the_document_says_the_same(text: str) -> None:
    """Its pattern as ECMA-262 reads it: here as Python does, which is the same in what it uses but for `$`."""
    assert set(SCHEMA) <= {"examples", "maxLength", "pattern", "type"}
    matches = re.search(SCHEMA["pattern"].removesuffix("$") + r"\Z", text)
    assert is_email(text) == (bool(matches) and len(text) <= SCHEMA["maxLength"])


def test_only_ascii_letters_are_the_same_in_both_cases() -> None:
    for number in range(sys.maxunicode + 1):
        character = chr(number)
        if not 0xD800 <= number < 0xE000:
            expected = character.lower() if character.isascii() else character
            assert model.fold_case(character) == expected, ascii(character)


@given(st.from_regex(r"\A[a-zA-Z.+]{1,20}@[a-zA-Z]{1,9}\.com\Z"))
def test_spellings_in_any_case_are_the_same_address(email: str) -> None:
    assert model.fold_case(email.upper()) == model.fold_case(email.lower()) == model.fold_case(email)
