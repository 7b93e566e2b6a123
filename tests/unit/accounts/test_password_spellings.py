"""Passwords are compared as they are seen, not as they are spelled: the profile OpaqueString (RFC 8265, 4.2)."""

import time
import unicodedata
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from neoforge.accounts.model import Credentials, NewAccount, PasswordChange

SPACES = [chr(number) for number in range(0x10000) if unicodedata.category(chr(number)) == "Zs"]
OTHERS = {"email": "ada@example.com", "display_name": "Ada"}


def of_login(password: str) -> str:
    return Credentials.model_validate({"email": "", "password": password}).password.get_secret_value()


def every_way_in(password: str) -> list[str]:
    """Take a password in by every request that has one."""
    account = NewAccount.model_validate(OTHERS | {"password": password})
    change = PasswordChange.model_validate({"current_password": password, "new_password": password})
    secrets = [account.password, change.current_password, change.new_password]
    return [*(secret.get_secret_value() for secret in secrets), of_login(password)]


def refused(model: Any, **members: str) -> list[str]:
    with pytest.raises(ValidationError) as raised:
        model.model_validate(members)
    return [error["type"] for error in raised.value.errors()]


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=8, max_size=40), st.sampled_from(SPACES))
@example("crème brûlée", "\u3000")
@example("correct horse", "\u00a0")
@example("각각각각각각각각", " ")
@example("e\u0323\u0302 o\u0302\u0323 xx", "\u2009")
def test_every_spelling_of_a_password_is_the_same_password(text: str, space: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    spelled = [composed, unicodedata.normalize("NFD", text), composed.replace(" ", space)]
    assume(len(composed) >= 8)
    assert {taken for one in spelled for taken in every_way_in(one)} == {every_way_in(text)[0]}
    assert len(SPACES) == 17


@given(st.text(st.characters(codec="ascii"), min_size=8, max_size=128))
def test_ascii_is_taken_as_it_is(text: str) -> None:
    assert set(every_way_in(text)) == {text}


@pytest.mark.parametrize("letter", ["a", "é", "각", "\u1f82"], ids=ascii)
def test_characters_are_counted_as_they_are_seen(letter: str) -> None:
    """U+1F82 is the longest: four characters when it is taken apart."""
    for spelling in (letter, unicodedata.normalize("NFD", letter)):
        for length in (8, 128):
            assert set(every_way_in(spelling * length)) == {letter * length}
        assert refused(NewAccount, **OTHERS, password=spelling * 7) == ["string_too_short"]
        assert refused(NewAccount, **OTHERS, password=spelling * 129) == ["string_too_long"]
        change = {"current_password": spelling, "new_password": spelling * 7}
        assert refused(PasswordChange, **change) == ["string_too_short"]
        assert refused(Credentials, email="", password=spelling * 129) == ["string_too_long"]


def test_letters_that_are_compatible_but_look_different_are_not_the_same() -> None:
    assert of_login("ﬁne words") != of_login("fine words")
    assert of_login("Correct Horse") != of_login("correct horse")


def test_a_text_that_takes_long_to_normalise_is_refused_at_once() -> None:
    """It takes the square of the marks' number: as many as a body may hold would take longer than a function may."""
    started = time.monotonic()
    assert refused(Credentials, email="", password="a" + "\u0300\u0323" * 60_000) == ["string_too_long"]
    assert time.monotonic() - started < 1
