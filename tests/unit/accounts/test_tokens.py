import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neoforge import clock
from neoforge.accounts.tokens import Token, digest, is_hash_of


def new() -> Token:
    return Token(clock.new_id("usr"), clock.new_id("ses"), clock.new_secret())


def test_a_token_is_parsed_as_it_was_formatted() -> None:
    token = new()
    assert Token.parse(str(token)) == token


@pytest.mark.parametrize("change", ["{}\n", " {}", "{}.", ".{}", "{}A", "Bearer {}", "{}\x00", "é{}"])
def test_a_token_with_anything_around_it_is_not_parsed(change: str) -> None:
    assert Token.parse(change.format(new())) is None


def test_a_truncated_token_is_not_parsed() -> None:
    text = str(new())
    assert all(Token.parse(text[:length]) is None for length in range(len(text)))


@pytest.mark.parametrize("secret", ["", "A" * 42, "A" * 44, "é" * 43, "A" * 42 + ".", "A" * 42 + "="])
def test_a_secret_is_43_url_safe_characters(secret: str) -> None:
    assert Token.parse(str(new()._replace(secret=secret))) is None


@given(st.text())
def test_any_other_text_is_not_parsed(text: str) -> None:
    assert Token.parse(text) is None


def test_only_the_secret_itself_matches_its_hash() -> None:
    secret = new().secret
    assert digest(secret) == hashlib.sha256(secret.encode()).hexdigest()
    assert is_hash_of(secret, digest(secret))
    for other in (secret[:-1], secret.swapcase(), "", digest(secret)):
        assert not is_hash_of(other, digest(secret))
