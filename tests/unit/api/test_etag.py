import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neoforge.api.etag import none_match, tag_of_body, tag_of_revision, tag_of_version

OPAQUE = st.text(st.characters(codec="ascii", exclude_categories=["Cc"], exclude_characters='" '), max_size=9)
LONG = [" " * 10_000, "," * 10_000, '"a"' * 3_000, '"' * 10_000, " ," * 5_000 + "x", 'W/"a" ' * 2_000]


def test_a_resource_has_a_strong_tag_and_a_page_a_weak_one() -> None:
    assert (tag_of_version(7), tag_of_revision(7)) == ('"v7"', 'W/"r7"')


@given(st.text(), st.text())
def test_the_tag_of_a_body_is_strong_and_differs_between_bodies(one: str, other: str) -> None:
    tag = tag_of_body(one)
    assert re.fullmatch(r'"[0-9a-f]{32}"', tag)
    assert not none_match(tag, tag)
    assert (tag == tag_of_body(other)) == (one == other)


def test_the_tag_of_a_body_is_the_same_in_every_process() -> None:
    assert tag_of_body("é") == '"4a99557e4033c3539de2eb65472017ca"'


@given(st.lists(st.tuples(st.sampled_from(["", "W/"]), OPAQUE), min_size=1), st.sampled_from([",", ", ", " , ", ",,"]))
def test_if_none_match_compares_weakly_with_each_tag(tags: list[tuple[str, str]], separator: str) -> None:
    header = separator.join(f'{weak}"{opaque}"' for weak, opaque in tags)
    for _, opaque in tags:
        assert not none_match(header, f'"{opaque}"')
        assert not none_match(header, f'W/"{opaque}"')
    assert none_match(header, '"none of these"')


@pytest.mark.parametrize("header", [None, "", "v1", '"v1', 'v1"', '"v1" "v2"', 'w/"v1"', "**", '*, "v1"', '"v1";q=1'])
def test_a_malformed_or_absent_if_none_match_matches_nothing(header: str | None) -> None:
    assert none_match(header, '"v1"')


@pytest.mark.parametrize("header", ["*", " * "])
def test_an_asterisk_in_if_none_match_matches_every_tag(header: str) -> None:
    assert not none_match(header, '"v1"')


@pytest.mark.parametrize("header", LONG)
def test_a_long_if_none_match_is_read_in_linear_time(header: str) -> None:
    started = time.process_time()
    none_match(header, '"v1"')
    assert time.process_time() - started < 0.5


@given(st.text())
def test_any_if_none_match_is_read_without_an_error(header: str) -> None:
    assert none_match(header, '"v1"') in {True, False}
