"""An empty table, and the accounts that the demo data belongs to."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from neoforge.accounts import repository
from scripts.ops.seed import demo_data
from tests.callers import empty_table

SIZE = 20

type Seed = Callable[[], int]


@pytest.fixture(autouse=True)
def _table() -> Iterator[None]:
    with empty_table():
        yield


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> Seed:
    """Seeds the domain that the module of the test is named after."""
    domain = request.path.stem.removeprefix("test_")
    return partial(demo_data.seed, SIZE, [domain])


def people() -> list[str]:
    """Return the demo accounts, by id."""
    found = [repository.credential(demo_data.email_of(number)) for number in range(demo_data.FEWEST_PEOPLE + 1)]
    return [one[0].user_id for one in found if one]
