import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from argon2 import Type, extract_parameters
from hypothesis import given
from hypothesis import strategies as st

from neoforge.accounts import passwords

COMMON = (Path(passwords.__file__).with_name("common_passwords.txt")).read_text().splitlines()


@pytest.mark.parametrize("whose", ["ours", "nobody"])
def test_every_hash_has_owasps_parameters_also_the_one_for_no_account(whose: str) -> None:
    """Equal parameters take equal time, so that it does not tell who has an account."""
    password_hash = passwords.hashed("correct horse") if whose == "ours" else passwords._NOBODY
    found = extract_parameters(password_hash)
    assert found.type is Type.ID
    assert (found.memory_cost, found.time_cost, found.parallelism) == (19 * 1024, 2, 1)
    assert (found.hash_len, found.salt_len) == (32, 16)


def test_a_password_matches_its_own_hash_only() -> None:
    password_hash = passwords.hashed("correct horse")
    assert passwords.matches("correct horse", password_hash)
    for other in ("Correct horse", "correct horse ", "", "correct hors"):
        assert not passwords.matches(other, password_hash)


def test_no_password_matches_without_a_hash() -> None:
    for guess in ("", "password", "nobody"):
        assert not passwords.matches(guess, None)


def test_every_hash_has_its_own_salt() -> None:
    assert passwords.hashed("a") != passwords.hashed("a")


@pytest.mark.parametrize("password", [COMMON[0], COMMON[-1], "password", "PassWord", "12345678", COMMON[4000].upper()])
def test_a_common_password_is_found_in_any_case(password: str) -> None:
    assert passwords.is_common(password)


@pytest.mark.parametrize(
    "password", ["correct horse battery staple", "passwor", "assword", "pass word", "p\u00e1ssword", "password\nx"]
)
def test_a_part_or_an_extension_of_a_common_password_is_not_common(password: str) -> None:
    assert not passwords.is_common(password)


def test_the_common_passwords_have_a_valid_length() -> None:
    assert len(COMMON) >= 3000
    assert all(8 <= len(one) <= 128 and one == one.lower() for one in COMMON)
    assert len(set(COMMON)) == len(COMMON)


def test_the_common_passwords_are_clean() -> None:
    assert len(COMMON) > 8000
    assert [
        line for line in COMMON if len(line) < 8 or line != line.lower() or "&" in line or line[0] == line[-1] == '"'
    ] == []


@pytest.mark.parametrize("password", ["zxcvbnm,./", "PASSWORD1", "zxcvbnm,"])
def test_common_passwords_of_the_list_are_found(password: str) -> None:
    assert passwords.is_common(password)


def test_two_adjacent_lines_of_the_list_are_no_common_password() -> None:
    assert not passwords.is_common("00000000\n000000000")


def full_width(text: str) -> str:
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text)


DISGUISES = st.sampled_from([str, str.upper, full_width, lambda text: unicodedata.normalize("NFKD", full_width(text))])
UNSEEN = st.text(st.sampled_from("\u200b\u200d\u2060\ufeff\u00ad\u034f\ufe0f\u3164\u2800\x00\n\x7f\u202e"), max_size=3)
BLANK = st.text(st.sampled_from(" \u3000\u00a0\t\r\n\u200b\u2028"), max_size=3)
AROUND = st.tuples(BLANK, BLANK)


@given(st.sampled_from(COMMON), DISGUISES, UNSEEN, AROUND, st.integers(0, 8))
def test_a_common_password_is_found_in_other_clothes(
    common: str, disguise: Callable[[str], str], unseen: str, around: tuple[str, str], where: int
) -> None:
    assert passwords.is_common((disguise(common[:where]) + unseen + disguise(common[where:])).join(around))


@given(st.sampled_from(["ada.lovelace", "Ada.Lovelace@Example.com"]), DISGUISES, UNSEEN, AROUND)
def test_the_own_address_is_found_in_other_clothes(
    own: str, disguise: Callable[[str], str], unseen: str, around: tuple[str, str]
) -> None:
    disguised = (disguise(own[:3]) + unseen + disguise(own[3:])).join(around)
    assert passwords.is_address(disguised, "ada.lovelace@example.com")
    assert not passwords.is_address(disguised, "ada.lovelac@example.com")


@given(BLANK, UNSEEN)
def test_a_password_of_which_nothing_is_seen_is_common(blank: str, unseen: str) -> None:
    assert passwords.is_common(blank + unseen)
    assert passwords.is_common(8 * unseen + blank)


@pytest.mark.parametrize("other", ["password1 ", "\uff50assword1", "pass\u200bword1", "Password1"])
def test_what_is_compared_is_not_what_is_hashed(other: str) -> None:
    assert not passwords.matches(other, passwords.hashed("password1"))
