import time
from collections.abc import Set as AbstractSet

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neoforge.api.etag import tag_of_body, tag_of_version
from neoforge.api.preconditions import read_precondition
from neoforge.api.problems import Problem, ProblemType
from tests.unit.api.test_etag import LONG
from tests.unit.helpers import request


def versions(header: str) -> AbstractSet[int] | None:
    return read_precondition(request("DELETE", "/v1/notes/x", headers={"If-Match": header})).versions


@pytest.mark.parametrize("header", ["*", " * "])
def test_an_asterisk_in_if_match_allows_every_version(header: str) -> None:
    assert versions(header) is None


def test_without_if_match_every_version_is_allowed() -> None:
    assert read_precondition(request("DELETE", "/v1/notes/x")).versions is None


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ('"v1"', {1}),
        ('"v1", "v20"', {1, 20}),
        ('"v1",W/"v2"', {1}),
        ('"r1"', set()),
        ('"v0"', set()),
        ('"v01"', set()),
        ('"v1x"', set()),
        ('"v\u0661"', set()),
        ('"v1', set()),
        ("", set()),
        (f'"v{10**15}"', set()),
    ],
)
def test_if_match_names_versions_by_strong_tags(header: str, expected: set[int]) -> None:
    assert versions(header) == expected


@given(st.text())
def test_the_tag_of_a_body_is_no_version_of_anything(body: str) -> None:
    assert versions(tag_of_body(body)) == set()


@given(st.integers(1, 10**15 - 1))
def test_the_tag_of_a_version_is_read_as_that_version(version: int) -> None:
    assert versions(tag_of_version(version)) == {version}


def test_if_match_names_at_most_100_versions() -> None:
    assert len(versions(",".join(f'"v{number}"' for number in range(1, 101))) or ()) == 100
    with pytest.raises(Problem) as raised:
        versions(",".join(f'"v{number}"' for number in range(1, 102)))
    assert raised.value.type is ProblemType.MALFORMED_REQUEST


@pytest.mark.parametrize("header", LONG)
def test_a_long_if_match_is_read_in_linear_time(header: str) -> None:
    started = time.process_time()
    versions(header)
    assert time.process_time() - started < 0.5


@given(st.text())
def test_any_if_match_is_read_without_an_error(header: str) -> None:
    versions(header)
