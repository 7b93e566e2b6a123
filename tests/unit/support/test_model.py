import pytest
from pydantic import ValidationError

from neoforge import clock
from neoforge.accounts.access_item import Caller
from neoforge.errors import Forbidden
from neoforge.support.model import NewTicket, Ticket, TicketChange

OWNER = "usr_01a20538-11bf-7304-bb36-19bcf1775ed8"
STRANGER = "usr_01a20538-11bf-7304-bb36-19bcf1775ed9"
STATUSES = ["open", "pending", "resolved", "closed"]
TEXTS = [{"subject": "B"}, {"message": "B"}, {"subject": "B", "message": "B"}]


def ticket(user_id: str | None = OWNER) -> Ticket:
    return Ticket.new(user_id, "ada@example.com", NewTicket(subject="A", message="A"))


def allowed(made: Ticket, user_id: str, roles: set[str], change: dict[str, str]) -> bool:
    try:
        made.check_change(Caller(user_id, "ses_1", frozenset(roles)), TicketChange.model_validate(change))
    except Forbidden:
        return False
    return True


def test_a_new_ticket_is_open_and_was_created_at_the_time_of_its_id() -> None:
    made = ticket()
    assert (made.status, made.version, made.user_id, made.email) == ("open", 1, OWNER, "ada@example.com")
    assert made.created_at == made.updated_at == clock.time_of_id(made.id)


def test_a_stored_ticket_is_read_as_it_was_written() -> None:
    for made in (ticket(), ticket(None)):
        assert Ticket.model_validate_json(made.model_dump_json()) == made


@pytest.mark.parametrize("change", [{}, *TEXTS])
def test_the_owner_of_a_ticket_may_change_its_text_and_staff_may_not(change: dict[str, str]) -> None:
    assert allowed(ticket(), OWNER, {"user"}, change)
    for role in ("support", "admin"):
        assert allowed(ticket(), OWNER, {"user", role}, change)
        assert allowed(ticket(), STRANGER, {"user", role}, change) == (change == {})
        assert allowed(ticket(None), STRANGER, {"user", role}, change) == (change == {})


@pytest.mark.parametrize("text", [{}, *TEXTS])
@pytest.mark.parametrize("status", STATUSES)
def test_the_owner_of_a_ticket_may_close_and_reopen_it(status: str, text: dict[str, str]) -> None:
    assert allowed(ticket(), OWNER, {"user"}, text | {"status": status}) == (status in {"open", "closed"})


@pytest.mark.parametrize("text", [{}, *TEXTS, {"subject": "A"}, {"subject": "A", "message": "B"}])
@pytest.mark.parametrize("before", STATUSES)
@pytest.mark.parametrize("after", STATUSES)
def test_only_what_changes_needs_permission(before: str, after: str, text: dict[str, str]) -> None:
    made = ticket().model_copy(update={"status": before})
    change = text | {"status": after}
    assert allowed(made, OWNER, {"user"}, change) == (after in {"open", "closed", before})
    assert allowed(made, STRANGER, {"user", "support"}, change) == (set(text.values()) <= {"A"})


@pytest.mark.parametrize("role", ["support", "admin"])
@pytest.mark.parametrize("status", STATUSES)
def test_staff_may_set_any_status_also_of_a_ticket_of_their_own(status: str, role: str) -> None:
    assert allowed(ticket(), STRANGER, {"user", role}, {"status": status})
    assert allowed(ticket(None), STRANGER, {"user", role}, {"status": status})
    assert allowed(ticket(), OWNER, {"user", role}, {"subject": "B", "status": status})


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"subject": "A"},
        {"subject": "", "message": "A"},
        {"subject": "A\nB", "message": "A"},
        {"subject": 201 * "A", "message": "A"},
        {"subject": "A", "message": ""},
        {"subject": "A", "message": 10_001 * "A"},
        {"subject": "A", "message": "A", "email": "nobody"},
        {"subject": "A", "message": "A", "status": "closed"},
        {"subject": "A", "message": "A", "user_id": OWNER},
    ],
)
def test_fields_of_a_new_ticket_outside_their_bounds_are_refused(body: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        NewTicket.model_validate(body)


def test_fields_of_a_new_ticket_at_their_bounds_are_accepted() -> None:
    assert NewTicket(subject=200 * "A", message=10_000 * "A").email is None


@pytest.mark.parametrize(
    "body",
    [{"status": "solved"}, {"status": None}, {"subject": None}, {"subject": ""}, {"message": ""}, {"email": "x"}],
)
def test_fields_of_a_change_of_a_ticket_have_the_same_bounds(body: dict[str, str | None]) -> None:
    with pytest.raises(ValidationError):
        TicketChange.model_validate(body)
