"""The tickets of the demo data."""

import pytest

from neoforge.support import repository as tickets
from tests.scripts.seed.conftest import SIZE, Seed, people
from tests.scripts.seed.lists import count_all


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("status", [None, "open"])
def test_totals_are_what_the_lists_show(seed: Seed, status: str | None, times: int) -> None:
    for _ in range(times):
        seed()
    assert count_all(tickets.queue(status)) == SIZE // 2 * times
    assert sum(count_all(tickets.owned_by(one, status)) for one in people()) == SIZE // 2 * times
