"""`make seed` as a whole. What it adds of a domain: the module that is named after it."""

import pytest

from neoforge.accounts import repository
from scripts.ops.seed import demo_data
from tests.callers import stored
from tests.scripts.seed.conftest import SIZE, people


def test_every_domain_adds_items() -> None:
    for domain in demo_data.DOMAINS:
        before = len(stored())
        written = demo_data.seed(SIZE, [domain])
        assert len(stored()) >= before + written > before, domain


def test_without_domains_there_are_only_accounts() -> None:
    assert demo_data.seed(SIZE, []) == 0
    assert len(people()) == demo_data.FEWEST_PEOPLE


def test_a_second_run_uses_the_same_accounts() -> None:
    demo_data.seed(SIZE)
    first = people()
    demo_data.seed(SIZE)
    assert people() == first
    assert len(first) == demo_data.FEWEST_PEOPLE


@pytest.mark.parametrize("size", [100, 1000])
def test_there_is_one_person_for_each_hundred(size: int) -> None:
    demo_data.seed(size, [])
    last = max(demo_data.FEWEST_PEOPLE, size // 100)
    assert repository.credential(demo_data.email_of(last - 1)) is not None
    assert repository.credential(demo_data.email_of(last)) is None
