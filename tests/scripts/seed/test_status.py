"""The status events of the demo data."""

import pytest

from neoforge.status import repository as status
from neoforge.status import service
from scripts.ops.seed.domains.status import SERVICES
from tests.scripts.seed.conftest import SIZE, Seed
from tests.scripts.seed.lists import count_all


@pytest.mark.parametrize("times", [1, 2])
def test_totals_are_what_the_lists_show(seed: Seed, times: int) -> None:
    for _ in range(times):
        seed()
    assert count_all(status.FEED) == SIZE // 10 * times
    assert sum(count_all(status.events_of(name)) for name in SERVICES) == SIZE // 10 * times


def test_each_service_is_as_its_newest_event_says(seed: Seed) -> None:
    seed()
    shown = {one.id: one.status for one in service.summary().services}
    assert shown
    for name, word in shown.items():
        newest = max(status.timeline(name, "2000-01-01", "2999"), key=lambda event: event.order)
        assert word == newest.status
