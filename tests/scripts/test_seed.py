"""What `make seed` writes agrees with itself, on an empty table and on one that is in use."""

import itertools
from collections.abc import Iterator

import pytest

from neoforge.accounts import repository
from neoforge.accounts.model import Account, NewAccount
from neoforge.api.pagination import Pages
from neoforge.community import repository as posts
from neoforge.community.model import NewPost
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.projects import repository as projects
from neoforge.status import repository as status
from neoforge.status import service
from neoforge.support import repository as tickets
from scripts.ops.seed.data import SERVICES, seed
from tests.api import PASSWORD
from tests.callers import empty_table

SIZE = 20


@pytest.fixture(autouse=True)
def _table() -> Iterator[None]:
    with empty_table():
        yield


def people() -> list[str]:
    """The accounts that it made, by id."""
    found = [repository.credential(f"demo-{number}@example.com") for number in range(4)]
    return [one[0].user_id for one in found if one]


def walked(pages: Pages) -> int:
    """How many a list shows from its first page to its last; its total says the same."""
    window, count = pages.first_page(100), 0
    for number in itertools.count(1):
        count += len(window.documents)
        if window.next_position is None:
            break
        assert number < 100, "the list does not end"
        window = pages.next_page(window.next_position, 100, window.stats)
    assert window.stats.total == window.stats.revision == count
    return count


def assert_lists(times: int, more_posts: int = 0) -> None:
    everybody = people()
    assert len(everybody) == 3
    assert walked(posts.FEED) == SIZE * times + more_posts
    assert sum(walked(posts.written_by(one)) for one in everybody) == SIZE * times
    assert sum(walked(projects.owned_by(one)) for one in everybody) == SIZE * times
    for of in (None, "open"):
        assert walked(tickets.queue(of)) == SIZE // 2 * times
        assert sum(walked(tickets.owned_by(one, of)) for one in everybody) == SIZE // 2 * times
    assert walked(status.FEED) == SIZE // 10 * times
    assert sum(walked(status.events_of(name)) for name in SERVICES) == SIZE // 10 * times


def test_totals_are_what_the_lists_show() -> None:
    assert seed(SIZE) > 2 * (SIZE + SIZE + SIZE)
    assert_lists(1)


def test_it_can_be_done_again() -> None:
    seed(SIZE)
    seed(SIZE)
    assert_lists(2)


def test_what_was_there_before_stays_and_hides_nothing() -> None:
    draft = NewAccount.model_validate({"email": "ada@example.com", "password": PASSWORD, "display_name": "Ada"})
    account, work = Account.new(draft), UnitOfWork()
    repository.create(work, account, "no hash")
    work.commit()
    work = UnitOfWork()
    posts.create(work, account.id, NewPost(title="T", content="C"))
    work.commit()
    seed(SIZE)
    assert_lists(1, more_posts=1)


def test_the_services_are_as_their_newest_events_say() -> None:
    seed(SIZE)
    shown = {one.id: one.status for one in service.summary().services}
    assert shown
    for name, word in shown.items():
        newest = max(status.timeline(name, "2000-01-01", "2999"), key=lambda event: event.order)
        assert word == newest.status
