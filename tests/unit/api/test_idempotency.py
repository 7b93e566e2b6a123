"""The key and the fingerprint; their effect is tested in tests/functions, crashes and races in tests/proof/engine."""

import contextlib
import re
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neoforge.api.idempotency import _fingerprints, _key
from neoforge.api.problems import Problem, ProblemType
from neoforge.settings import settings
from tests.unit.helpers import request

VISIBLE = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=255)
VISIBLE_KEY = re.compile(r"(?!\")[\x21-\x7e]{1,255}")
NOTE = "/v1/notes/nte_1"


def quoted(key: str) -> str:
    """Write a string of structured fields (RFC 9651, 3.3.3)."""
    return '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'


def fingerprint(path: str = NOTE, body: Any = None, **parts: Any) -> str:
    return _fingerprints(request("PATCH", path, **parts), body)[0]


@given(VISIBLE)
def test_a_key_is_the_same_bare_and_quoted(key: str) -> None:
    assert _key(quoted(key)) == key
    if not key.startswith('"'):
        assert _key(key) == key


@given(st.text(max_size=300))
def test_a_bare_header_is_a_key_of_visible_characters_or_refused(header: str) -> None:
    if VISIBLE_KEY.fullmatch(header):
        assert _key(header) == header
    elif header[:1] != '"':
        with pytest.raises(Problem) as raised:
            _key(header)
        assert raised.value.type is ProblemType.INVALID_IDEMPOTENCY_KEY


@given(st.text(max_size=300).filter(lambda text: not re.search(r'["\\]', text)))
def test_a_quoted_header_is_a_key_of_visible_characters_or_refused(text: str) -> None:
    if VISIBLE_KEY.fullmatch(text):
        assert _key(f'"{text}"') == text
    else:
        with pytest.raises(Problem):
            _key(f'"{text}"')
    with pytest.raises(Problem):
        _key(f'"{text}')


PARAMETERS = [
    "p",
    "p=1",
    "*a-b_c.9=tok/en:x",
    'p="a;b"',
    "p=:aGk=:",
    "p=?1",
    "p=-1.5",
    "p=@1659578233",
    'p=%"f%c3%bc"',
    " p=1",
]
MALFORMED = ["", "P=1", "p=", 'p="a', "p=é", "p 1", "1=2", "p=1,", "p=1;", "p=?2", "p=:a", "p=1.", "p=01x", 'p=%"f%C3"']


@given(VISIBLE, st.lists(st.sampled_from(PARAMETERS), min_size=1, max_size=3))
def test_parameters_of_a_quoted_key_are_ignored(key: str, parameters: list[str]) -> None:
    assert _key(";".join([quoted(key), *parameters])) == key


@given(VISIBLE, st.sampled_from(MALFORMED))
def test_malformed_parameters_of_a_quoted_key_are_refused(key: str, parameter: str) -> None:
    for header in (f"{quoted(key)};{parameter}", f"{quoted(key)};p=1;{parameter}", f"{quoted(key)}{parameter or ';'}"):
        with pytest.raises(Problem) as raised:
            _key(header)
        assert raised.value.type is ProblemType.INVALID_IDEMPOTENCY_KEY


@pytest.mark.parametrize(
    "text", ['"a"' + ";p=1" * 5000, '"a"' + ";p=" + "1" * 9999, '"a";p="' + "\\\\" * 5000, '"a";' + " " * 9999]
)
def test_a_long_key_is_read_in_linear_time(text: str) -> None:
    started = time.process_time()
    with contextlib.suppress(Problem):
        _key(text)
    assert time.process_time() - started < 0.5


def test_without_the_header_there_is_no_key() -> None:
    assert _key(None) is None


def test_a_fingerprint_differs_for_every_part_of_the_request() -> None:
    asked = {
        fingerprint(),
        fingerprint(body={}),
        fingerprint(body={"a": 1}),
        fingerprint(body={"a": "1"}),
        fingerprint(body={"a": [1, 2]}),
        fingerprint(body={"a": [2, 1]}),
        fingerprint(body={"a": None}),
        fingerprint("/v1/notes/nte_2"),
        fingerprint(query={"a": "1"}),
        fingerprint(headers={"If-Match": '"v1"'}),
        fingerprint(headers={"If-None-Match": '"v1"'}),
    }
    assert len(asked) == 11


def test_a_fingerprint_does_not_depend_on_the_order_of_members_or_the_user_agent() -> None:
    assert fingerprint(body={"a": 1, "b": {"c": 1, "d": 2}}) == fingerprint(body={"b": {"d": 2, "c": 1}, "a": 1})
    assert fingerprint(headers={"User-Agent": "a"}) == fingerprint(headers={"User-Agent": "b"})


def test_a_fingerprint_depends_on_the_signing_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """A body may hold a password, which a plain hash would give away to whoever can guess."""
    before = fingerprint(body={"password": "x"})
    monkeypatch.setattr(settings, "signing_keys", (b"other",))
    assert fingerprint(body={"password": "x"}) != before
