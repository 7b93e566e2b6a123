import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from neoforge.accounts.access_item import Caller
from neoforge.dynamodb.client import get_client
from neoforge.dynamodb.resource_store import ResourceStore
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.errors import Forbidden, InvalidField, NotFound, PreconditionFailed, WriteConflict
from neoforge.models import ANY, Precondition
from neoforge.support import repository
from neoforge.support.model import NewTicket, Ticket, TicketChange
from tests.api import create_table
from tests.unit.helpers import EMAIL, commit, new_user

STATUSES = ["open", "pending", "resolved", "closed"]
DRAFT = NewTicket(subject="A", message="A")
ANONYMOUS = NewTicket(subject="A", message="A", email="eve@example.com")
STAFF = Caller("usr_staff", "ses_1", frozenset({"user", "support"}))
on_moto = pytest.mark.usefixtures("dynamodb")


def caller(user_id: str, *roles: str) -> Caller:
    return Caller(user_id, "ses_1", frozenset({"user", *roles}))


def create(user_id: str | None, draft: NewTicket = DRAFT) -> Ticket:
    work = UnitOfWork()
    made = repository.create(work, user_id, draft)
    commit(work)
    return made


def update(who: Caller, ticket_id: str, change: dict[str, str], precondition: Precondition = ANY) -> Ticket:
    work = UnitOfWork()
    after = repository.update(work, who, ticket_id, TicketChange.model_validate(change), precondition)
    commit(work)
    return after


def shown(store: ResourceStore) -> list[Ticket]:
    """Return the tickets of a list; its total is their number."""
    window = store.first_page(100)
    assert window.stats.total == store.stats().total == len(window.documents)
    assert window.next_position is None
    return [Ticket.model_validate_json(document) for document in window.documents]


def assert_listed(*tickets: Ticket) -> None:
    """Assert that the lists, filtered or not, of staff and of every owner show these tickets as they are."""
    newest_first = sorted(tickets, key=lambda ticket: ticket.id, reverse=True)
    for status in (None, *STATUSES):
        of_status = [ticket for ticket in newest_first if status in {None, ticket.status}]
        assert shown(repository.visible(STAFF, status)) == of_status
        for owner in {ticket.user_id for ticket in tickets} - {None}:
            mine = repository.visible(caller(owner or ""), status)
            assert shown(mine) == [ticket for ticket in of_status if ticket.user_id == owner]


@on_moto
def test_the_email_of_a_ticket_defaults_to_that_of_the_account() -> None:
    user_id = new_user()
    assert create(user_id).email == EMAIL
    assert create(user_id, ANONYMOUS).email == "eve@example.com"
    assert create(None, ANONYMOUS).email == "eve@example.com"


@on_moto
def test_a_ticket_without_an_account_requires_an_email() -> None:
    work = UnitOfWork()
    with pytest.raises(InvalidField) as raised:
        repository.create(work, None, DRAFT)
    assert (raised.value.member, work.writes) == ("email", [])


@on_moto
def test_a_ticket_is_visible_to_its_owner_and_staff_only() -> None:
    ada, eve = new_user(), new_user("eve@example.com")
    mine, nobodys = create(ada), create(None, ANONYMOUS)
    for who in (caller(ada), STAFF, caller("usr_1", "admin")):
        assert repository.get(who, mine.id) == mine
    for who in (caller(eve), caller(eve, "operator")):  # also not who has the e-mail of a ticket without an account
        for ticket in (mine, nobodys):
            with pytest.raises(NotFound):
                repository.get(who, ticket.id)
            with pytest.raises(NotFound):
                update(who, ticket.id, {"subject": "B"})
    assert repository.get(STAFF, nobodys.id) == nobodys
    assert len({repository.visible(who).scope for who in (caller(ada), caller(eve), STAFF)}) == 3
    assert_listed(mine, nobodys)


@on_moto
@pytest.mark.parametrize("after", STATUSES)
@pytest.mark.parametrize("before", STATUSES)
def test_a_ticket_moves_to_the_lists_of_its_status(before: str, after: str) -> None:
    kept, ticket = create(None, ANONYMOUS), create(new_user())
    ticket = update(STAFF, ticket.id, {"status": before})
    ticket = update(STAFF, ticket.id, {"status": after})
    assert ticket.version == 1 + (before != "open") + (after != before)
    assert_listed(kept, ticket)


CHANGES = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.fixed_dictionaries({}, optional={"status": st.sampled_from(STATUSES), "subject": st.sampled_from("AB")}),
    ),
    max_size=6,
)


@given(CHANGES)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_all_lists_agree_after_any_changes(changes: list[tuple[int, dict[str, str]]]) -> None:
    with mock_aws():
        create_table(get_client())
        ada, eve = new_user(), new_user("eve@example.com")
        tickets = [create(ada), create(eve), create(None, ANONYMOUS)]
        for number, change in changes:
            ticket = tickets[number]
            try:
                tickets[number] = update(caller(ticket.user_id) if ticket.user_id else STAFF, ticket.id, change)
            except Forbidden:
                continue
        assert_listed(*tickets)


@on_moto
def test_a_change_that_is_refused_writes_nothing() -> None:
    ticket = create(ada := new_user())
    for who, change in ((caller(ada), {"status": "resolved"}), (STAFF, {"subject": "B"})):
        with pytest.raises(Forbidden):
            update(who, ticket.id, change)
    for precondition in (Precondition(frozenset({2})), Precondition(frozenset())):
        with pytest.raises(PreconditionFailed):
            update(caller(ada), ticket.id, {"subject": "B"}, precondition)
    assert_listed(ticket)


@on_moto
def test_a_change_of_a_named_version_is_applied_and_an_empty_one_writes_nothing() -> None:
    ticket = create(ada := new_user())
    changed = update(caller(ada), ticket.id, {"subject": "B"}, Precondition(frozenset({1, 9})))
    assert (changed.subject, changed.version) == ("B", 2)
    work = UnitOfWork()
    again = TicketChange(subject="B", status="open")
    assert repository.update(work, caller(ada), ticket.id, again, ANY) == changed
    assert work.writes == []


@on_moto
@pytest.mark.parametrize("first", [{"status": "closed"}, {"subject": "B"}])
@pytest.mark.parametrize("second", [{"status": "pending"}, {"status": "closed"}, {"status": "resolved"}])
def test_the_second_of_two_concurrent_changes_is_a_write_conflict(
    first: dict[str, str], second: dict[str, str]
) -> None:
    ticket = create(ada := new_user())
    work = UnitOfWork()
    repository.update(work, STAFF, ticket.id, TicketChange.model_validate(second), ANY)
    changed = update(caller(ada), ticket.id, first)
    with pytest.raises(WriteConflict):
        commit(work)
    assert_listed(changed)
