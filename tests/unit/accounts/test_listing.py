import pytest

from neoforge import clock
from neoforge.accounts import listing
from neoforge.accounts.listing import Listing
from neoforge.accounts.model import SESSION_IDLE_SECONDS, ListedSession
from neoforge.collection import State, Window
from tests.unit.helpers import FixedClock, begin, end, new_user

pytestmark = pytest.mark.usefixtures("dynamodb", "pauses")


@pytest.fixture
def user() -> str:
    return new_user()


def ids(window: Window) -> list[str]:
    return [ListedSession.model_validate_json(document).id for document in window.documents]


def test_the_list_shows_what_a_session_is_known_by_and_which_is_this_one(user: str, at: FixedClock) -> None:
    first, second = begin(user, "old"), begin(user, "new")
    newest, oldest = listing.listed(user, first.session.id)
    assert (newest.id, newest.user_agent, newest.current) == (second.session.id, "new", False)
    assert (oldest.id, oldest.user_agent, oldest.current) == (first.session.id, "old", True)
    assert oldest.ip_address == "192.0.2.1"
    assert oldest.last_seen_at == clock.timestamp(at.seconds)
    assert (oldest.created_at, oldest.expires_at) == (first.session.created_at, first.session.expires_at)


def test_the_list_shows_no_session_that_has_ended_though_it_is_still_stored(user: str, at: FixedClock) -> None:
    begin(user)
    at.seconds += SESSION_IDLE_SECONDS
    kept = begin(new_user("grace@example.com"))
    assert listing.listed(user, kept.session.id) == []


def test_pages_go_on_and_back(user: str) -> None:
    all_ids = [begin(user).session.id for _ in range(5)][::-1]
    listing = Listing(user, all_ids[0])
    first = listing.newest(2)
    assert (ids(first), first.newer, first.older) == (all_ids[:2], None, all_ids[1])
    second = listing.older(all_ids[1], 2, first.state)
    assert (ids(second), second.newer, second.older) == (all_ids[2:4], all_ids[2], all_ids[3])
    last = listing.older(all_ids[3], 2, first.state)
    assert (ids(last), last.newer, last.older) == (all_ids[4:], all_ids[4], None)
    assert listing.newer(all_ids[4], 2, first.state) == second
    assert listing.newer(all_ids[2], 2, first.state) == first
    assert listing.newer(all_ids[1], 2, first.state)._replace(older=None) == listing.newest(1)._replace(older=None)
    assert ids(listing.newest(9)) == all_ids
    assert first.state.total == 5


def test_a_page_goes_on_behind_a_session_that_has_ended_meanwhile(user: str) -> None:
    all_ids = [begin(user).session.id for _ in range(4)][::-1]
    end(user, all_ids[1])
    listing = Listing(user, "")
    assert ids(listing.older(all_ids[1], 2, State())) == all_ids[2:]
    assert ids(listing.newer(all_ids[1], 2, State())) == all_ids[:1]


def test_the_revision_changes_with_whatever_the_list_shows(user: str, at: FixedClock) -> None:
    first = begin(user)

    def state(current: str = "") -> State:
        return Listing(user, current).state()

    states = [state(), state(first.session.id)]
    second = begin(user)
    states.append(state())
    end(user, second.session.id)
    assert state() == states[0]  # it shows the same again
    at.seconds += SESSION_IDLE_SECONDS
    states.append(state())
    assert len({one.revision for one in states}) == len(states)
    assert [one.total for one in states] == [1, 1, 2, 0]


def test_lists_of_two_users_are_not_the_same_one(user: str) -> None:
    assert Listing(user, "").scope != Listing("usr_2", "").scope
