import base64
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from neoforge.api.etag import NotModified
from neoforge.api.pagination import Page, PageRequest, Position, _decode, _encode, paginate
from neoforge.api.problems import Problem, ProblemType
from neoforge.dynamodb.resource_store import CollectionStats, Slice
from neoforge.settings import settings
from tests.unit.helpers import request

SCOPE = '["USER#1/PROJECT", []]'
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)
POSITIONS = st.builds(Position, st.integers(1, 100), st.integers(1, 10**9), st.sampled_from(["next", "previous"]), KEYS)


class Thing(BaseModel):
    id: str


class Things:
    """Two things, the older one on a second page of one; remembers what was asked for."""

    def __init__(self, scope: str = "USER#1/THING") -> None:
        self.scope = scope
        self.asked: list[tuple[Any, ...]] = []

    def stats(self) -> CollectionStats:
        self.asked.append(("stats",))
        return CollectionStats(2, 7)

    def first_page(self, size: int) -> Slice:
        self.asked.append(("first", size))
        return Slice(['{"id":"b"}'], CollectionStats(2, 7), None, "b")

    def next_page(self, position: str, size: int, stats: CollectionStats | None) -> Slice:
        self.asked.append(("next", position, size))
        return Slice(['{"id":"a"}'], stats or CollectionStats(2, 7), "a", None)

    def previous_page(self, position: str, size: int, stats: CollectionStats | None) -> Slice:
        self.asked.append(("previous", position, size))
        return Slice(['{"id":"b"}'], stats or CollectionStats(2, 7), None, "b")


def page(things: Things, filters: dict[str, str] | None = None, tag: str | None = None, **query: str) -> Page[Thing]:
    headers = {"If-None-Match": tag} if tag is not None else {}
    wanted = PageRequest.from_request(request(query=query, headers=headers))
    return paginate(wanted, things, Thing, filters)


def refused(cursor: str, scope: str = SCOPE, size: int | None = None) -> bool:
    with pytest.raises(Problem) as raised:
        _decode(cursor, scope, size)
    return raised.value.type is ProblemType.INVALID_CURSOR


@given(POSITIONS)
def test_a_cursor_is_decoded_as_it_was_encoded(position: Position) -> None:
    cursor = _encode(position, SCOPE)
    assert _decode(cursor, SCOPE, None) == position
    assert _decode(cursor, SCOPE, position.size) == position
    assert set(cursor) <= set(ALPHABET)


@given(POSITIONS, st.data())
def test_a_cursor_with_a_flipped_bit_is_refused(position: Position, data: st.DataObject) -> None:
    cursor = _encode(position, SCOPE)
    raw = bytearray(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    bit = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[bit // 8] ^= 1 << bit % 8
    assert refused(base64.urlsafe_b64encode(bytes(raw)).rstrip(b"=").decode())


@given(POSITIONS, st.data())
def test_a_cursor_with_a_changed_missing_or_added_character_is_refused(position: Position, data: st.DataObject) -> None:
    """Also one that stands for the same bytes: the spare bits of base64's last character."""
    cursor = _encode(position, SCOPE)
    at = data.draw(st.integers(0, len(cursor) - 1))
    character = data.draw(st.characters(exclude_characters=cursor[at]))
    assert refused(cursor[:at] + character + cursor[at + 1 :])
    assert refused(cursor[:at])
    assert refused(cursor[at + 1 :])
    assert refused(cursor + character)
    assert refused(character + cursor)


@pytest.mark.parametrize("key", ["a", "ab", "abc"])
def test_another_encoding_of_a_cursors_bytes_is_refused(key: str) -> None:
    """White space, padding, the other alphabet, and the last character's spare bits."""
    cursor = _encode(Position(1, 2, "next", key), SCOPE)
    raw = base64.urlsafe_b64decode(cursor + "==")
    siblings = {cursor[:-1] + one for one in ALPHABET} - {cursor}
    same = {one for one in siblings if base64.urlsafe_b64decode(one + "==") == raw}
    assert len(same) == {0: 0, 2: 15, 3: 3}[len(cursor) % 4]
    for other in same | {cursor + "=", cursor + "==", f" {cursor}", f"{cursor}\n", cursor[:4] + "\n" + cursor[4:]}:
        assert refused(other)


@given(POSITIONS, st.text(st.characters(exclude_categories=["Cs"])))
def test_a_cursor_of_another_scope_or_size_is_refused(position: Position, scope: str) -> None:
    cursor = _encode(position, SCOPE)
    if scope != SCOPE:
        assert refused(cursor, scope)
    assert refused(cursor, SCOPE, position.size % 100 + 1)


@given(st.text())
def test_any_text_that_is_not_a_cursor_is_refused(cursor: str) -> None:
    assert refused(cursor)


def test_a_cursor_depends_on_the_signing_key_and_a_previous_one_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    cursor = _encode(position := Position(1, 2, "next", "a"), SCOPE)
    monkeypatch.setattr(settings, "signing_keys", (b"other", *settings.signing_keys))
    assert _decode(cursor, SCOPE, None) == position
    monkeypatch.setattr(settings, "signing_keys", (b"other",))
    assert refused(cursor)


def test_a_cursor_is_bound_to_the_collection_and_the_filters() -> None:
    cursor = page(Things(), {"status": "open"}).next_cursor or ""
    assert page(Things(), {"status": "open"}, cursor=cursor).items == [Thing(id="a")]
    for things, filters in (
        (Things(), {"status": "closed"}),
        (Things(), None),
        (Things("USER#2/THING"), {"status": "open"}),
    ):
        with pytest.raises(Problem) as raised:
            page(things, filters, cursor=cursor)
        assert raised.value.type is ProblemType.INVALID_CURSOR
        assert things.asked == []


def test_a_cursor_does_not_depend_on_the_order_of_the_filters() -> None:
    cursor = page(Things(), {"a": "1", "b": "2"}).next_cursor or ""
    assert page(Things(), {"b": "2", "a": "1"}, cursor=cursor).page == 2


def test_a_page_is_one_read_of_the_list() -> None:
    things = Things()
    first = page(things, page_size="1")
    assert (first.page, first.pages, first.total, first.previous_cursor) == (1, 2, 2, None)
    assert things.asked == [("first", 1)]
    things = Things()
    second = page(things, cursor=first.next_cursor or "")
    assert (second.page, second.page_size, second.next_cursor) == (2, 1, None)
    assert things.asked == [("next", "b", 1)]
    things = Things()
    assert page(things, cursor=second.previous_cursor or "").page == 1
    assert things.asked == [("previous", "a", 1)]


def test_the_default_page_size_is_20() -> None:
    things = Things()
    assert page(things).page_size == 20
    assert things.asked == [("first", 20)]


@pytest.mark.parametrize("tag", ['W/"r7"', '"r7"', "*"])
def test_a_page_that_the_caller_has_is_not_read_again(tag: str) -> None:
    things = Things()
    with pytest.raises(NotModified) as raised:
        page(things, tag=tag)
    assert raised.value.tag == 'W/"r7"'
    assert things.asked == [("stats",)]


def test_links_to_pages_keep_the_declared_parameters_alone_and_are_encoded() -> None:
    wanted = request(query={"status": "a b&c", "page_size": "7", "unknown": "x" * 7000})
    made = Page([], 0, 1, 7, 0, "next", "previous", 1).response(wanted, {"status", "author_id"})
    links = [part.split(">")[0].strip("< ") for part in made.headers["Link"].split(",")]
    for link, cursor in zip(links, ("next", "previous"), strict=True):
        assert parse_qs(urlsplit(link).query) == {"status": ["a b&c"], "page_size": ["7"], "cursor": [cursor]}
