"""The projects of the demo data."""

from neoforge.projects import repository as projects
from tests.scripts.seed.conftest import SIZE, Seed, people
from tests.scripts.seed.lists import count_all


def count() -> int:
    return sum(count_all(projects.owned_by(one)) for one in people())


def test_totals_are_what_the_lists_show(seed: Seed) -> None:
    seed()
    assert count() == SIZE


def test_a_second_run_adds_as_many(seed: Seed) -> None:
    seed()
    seed()
    assert count() == 2 * SIZE
