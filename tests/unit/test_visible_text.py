"""A name, and a text that has to say something, holds a grapheme that is drawn.

That the document says the same is tested in tests/proof/docs/test_patterns.py.
"""

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from neoforge.models import Line, VisibleText

ADAPTERS: dict[str, TypeAdapter[str]] = {"line": TypeAdapter(Line), "text": TypeAdapter(VisibleText)}
# Letters and symbols that are blank: Hangul fillers, the Braille blank, Egyptian blanks, the musical null notehead.
BLANK = "\u115f\u1160\u3164\uffa0\u2800\U00013441\U00013442\U0001d159"
OVERRIDES = "\u202d\u202e"
CHARACTERS = st.characters(exclude_categories=["Cs"])
INVISIBLE = st.characters(categories=["Z", "Cf", "Co", "M"]) | st.sampled_from(BLANK)


def accepts(kind: str, text: str) -> bool:
    try:
        return ADAPTERS[kind].validate_python(text) == text
    except ValidationError:
        return False


def category(character: str) -> str:
    return unicodedata.category(character)


def allowed(kind: str, character: str) -> bool:
    if kind == "text":
        return category(character) != "Cc" or character in "\t\r\n"
    return category(character) not in {"Cc", "Zl", "Zp"} and character not in OVERRIDES


def drawn(character: str) -> bool:
    if character > "\uffff":
        return category(character) != "Cf" and not "\U000e0100" <= character <= "\U000e01ef" and character not in BLANK
    return category(character)[0] not in "ZCM" and character not in BLANK


@given(st.sampled_from(sorted(ADAPTERS)), st.text(CHARACTERS, max_size=8) | st.text(INVISIBLE, max_size=8))
def test_a_text_is_taken_if_something_in_it_is_drawn(kind: str, text: str) -> None:
    assume(not any(category(one) == "Cn" for one in text))  # assigned by a later Unicode than this Python's, perhaps
    right = any(map(drawn, text)) and all(allowed(kind, one) for one in text)
    assert accepts(kind, text) == right


@pytest.mark.parametrize("kind", ADAPTERS)
@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\t",
        "\u00a0\u2003\u3000",
        "\u00ad",
        "\u034f",
        "\u061c",
        "\u180e",
        "\u200b",
        "\u200b\u200c\u200d\u2060\ufeff",
        "\u200e\u200f",
        "\u2066\u2069",
        "\u2028",
        "\u2061\u2062\u2063\u2064",
        "\u0301",  # a combining mark without a letter
        "\u20e3",
        "\ufe0f",
        "\U000e0041\U000e007f",  # tags without a flag
        "\U000e0100",
        "\U0001d173",
        "\ue000",  # of private use: no two fonts draw the same
        "\u0378",  # unassigned
        "\uffff",
        *BLANK,
        f" {BLANK}\u200d\u0301 ",
    ],
    ids=ascii,
)
def test_what_nobody_can_see_is_refused(kind: str, text: str) -> None:
    assert not accepts(kind, text)


@pytest.mark.parametrize("kind", ADAPTERS)
@pytest.mark.parametrize(
    "text",
    [
        "a",
        ".",
        "0",
        "\u200ba\u200b",
        "e\u0301",
        "\U0001f469\u200d\U0001f469\u200d\U0001f467",  # a family
        "\u2764\ufe0f",
        "1\ufe0f\u20e3",
        "\U0001f1e9\U0001f1ea",
        "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",  # the flag of Scotland
        "\U0001f44b\U0001f3fd",
        "\u0645\u0631\u062d\u0628\u0627",
        "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian needs the non-joiner
        "\u05e9\u05dc\u05d5\u05dd\u200f",
        "\u0939\u093f\u0928\u094d\u0926\u0940",
        "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35",
        "\ud55c\uad6d\uc5b4",
        "\u1112\u1161\u11ab",
        "\u65e5\u672c\u8a9e",
        "\u2801",
        "\u2068Ada\u2069",  # isolates show letters in their own order
        "\ufffd",
    ],
    ids=ascii,
)
def test_every_script_and_emoji_is_taken(kind: str, text: str) -> None:
    assert accepts(kind, text)


@pytest.mark.parametrize("override", OVERRIDES, ids=ascii)
def test_a_line_does_not_show_its_letters_in_another_order(override: str) -> None:
    for text in (f"{override}abc", f"a{override}bc", f"abc{override}"):
        assert not accepts("line", text)
        assert accepts("text", text)
