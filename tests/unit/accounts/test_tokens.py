import base64
import hashlib
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neoforge import clock
from neoforge.accounts.tokens import CHECK_BYTES, Purpose, Token, digest, is_hash_of
from neoforge.settings import settings
from neoforge.signing import sign

PURPOSES: tuple[Purpose, ...] = get_args(Purpose)


def new() -> Token:
    return Token(clock.new_id("usr"), clock.new_id("ses"), clock.new_secret())


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_token_is_verified_as_it_was_issued_and_for_nothing_else(purpose: Purpose) -> None:
    token = new()
    verified = {other: Token.verify(other, token.issue(purpose)) for other in PURPOSES}
    assert verified == {other: token if other == purpose else None for other in PURPOSES}


def test_the_check_has_72_bits_of_a_signature_of_all_the_rest() -> None:
    token = new()
    content, check = token.issue("access")[:-12], token.issue("access")[-12:]
    assert content == ".".join(token)
    assert base64.urlsafe_b64decode(check) == sign("access token", content.encode())[:CHECK_BYTES]
    assert CHECK_BYTES * 8 >= 64


@pytest.mark.parametrize("change", ["{}\n", " {}", "{}.", ".{}", "{}A", "Bearer {}", "{}\x00", "é{}", "{}="])
def test_a_token_with_anything_around_it_is_refused(change: str) -> None:
    assert Token.verify("access", change.format(new().issue("access"))) is None


def test_a_truncated_token_is_refused() -> None:
    text = new().issue("access")
    assert all(Token.verify("access", text[:length]) is None for length in range(len(text)))


@pytest.mark.parametrize("secret", ["", "A" * 42, "A" * 44, "é" * 43, "A" * 42 + ".", "A" * 42 + "="])
def test_a_secret_is_43_url_safe_characters(secret: str) -> None:
    assert Token.verify("access", new()._replace(secret=secret).issue("access")) is None


@given(st.text())
def test_any_other_text_is_refused(text: str) -> None:
    assert Token.verify("access", text) is None


@given(st.data())
def test_a_token_with_one_character_changed_is_refused(data: st.DataObject) -> None:
    text = new().issue("refresh")
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters().filter(lambda one: one != text[place]))
    assert Token.verify("refresh", text[:place] + other + text[place + 1 :]) is None


@given(st.sampled_from(["user_id", "session_id", "secret"]), st.sampled_from(PURPOSES))
def test_parts_of_two_tokens_are_no_token(part: str, purpose: Purpose) -> None:
    token, other = new(), new()
    mixed = ".".join(token._replace(**{part: getattr(other, part)}))
    for check in (token.issue(purpose)[-12:], other.issue(purpose)[-12:]):
        assert Token.verify(purpose, mixed + check) is None


def test_a_token_signed_with_another_key_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    text = new().issue("access")
    monkeypatch.setattr(settings, "signing_keys", (b"another",))
    assert Token.verify("access", text) is None


def test_only_the_secret_itself_matches_its_hash() -> None:
    secret = new().secret
    assert digest(secret) == hashlib.sha256(secret.encode()).hexdigest()
    assert is_hash_of(secret, digest(secret))
    for other in (secret[:-1], secret.swapcase(), "", digest(secret)):
        assert not is_hash_of(other, digest(secret))
