"""The key and the fingerprint; their effect is tested in tests/functions, crashes and races in tests/proof/engine."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neoforge.api.idempotency import _fingerprint, _key
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
    return _fingerprint(request("PATCH", path, **parts), body)


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
    monkeypatch.setattr(settings, "signing_key", b"other")
    assert fingerprint(body={"password": "x"}) != before
