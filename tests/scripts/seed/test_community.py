"""The posts of the demo data."""

import pytest

from neoforge.community import repository as posts
from tests.callers import Local
from tests.catalog.community import BODY, PATH
from tests.scripts.seed.conftest import SIZE, Seed, people
from tests.scripts.seed.lists import count_all


def assert_counts(expected: int, more: int = 0) -> None:
    assert count_all(posts.FEED) == expected + more
    assert sum(count_all(posts.written_by(one)) for one in people()) == expected


@pytest.mark.parametrize("times", [1, 2])
def test_totals_are_what_the_lists_show(seed: Seed, times: int) -> None:
    for _ in range(times):
        seed()
    assert_counts(SIZE * times)


def test_a_feed_in_use_keeps_its_posts_and_shows_the_older_ones(seed: Seed) -> None:
    world = Local()
    world.create(world.owner, PATH, BODY)
    seed()
    assert_counts(SIZE, more=1)
