"""GET /v1/support/tickets: an owner's own, for staff all; by status."""

import pytest

from neoforge import clock
from neoforge.limits import MAX_HEADER_BYTES
from tests.api import call
from tests.functions.helpers import assert_problem, failing, invalid, read, walk
from tests.unit.helpers import id_at

PATH = "/v1/support/tickets"
TICKET = {"subject": "A", "message": "B", "email": "x@example.com"}


def make(*tokens: str | None) -> list[str]:
    """Create a ticket of each, and return their ids, newest first."""
    return [call("POST", PATH, body=TICKET, token=one).json()["id"] for one in tokens][::-1]


def set_status(ticket_id: str, status: str, token: str) -> None:
    assert call("PATCH", f"{PATH}/{ticket_id}", body={"status": status}, token=token).status == 200


def test_an_owner_sees_the_own_tickets_and_staff_all(token: str, stranger: str, staff: str, admin: str) -> None:
    made = make(token, stranger, None, token)
    assert walk(PATH, 20, token) == [made[0], made[3]]
    assert walk(PATH, 20, stranger) == [made[2]]
    assert walk(PATH, 20, staff) == walk(PATH, 20, admin) == made


def test_an_operator_is_no_staff_here(token: str, operator: str) -> None:
    make(token)
    assert walk(PATH, 20, operator) == []


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_a_walk_meets_each_ticket_once(size: int, token: str, staff: str) -> None:
    made = make(token, token, None, token, token)
    assert walk(PATH, size, staff) == made
    assert walk(PATH, size, token) == [made[0], made[1], made[3], made[4]]


@pytest.mark.parametrize("of_staff", [True, False])
def test_a_status_filters(of_staff: bool, token: str, staff: str) -> None:
    made = make(token, token, token, token)
    for ticket_id, status in zip(made[1:], ("pending", "resolved", "closed"), strict=True):
        set_status(ticket_id, status, staff)
    who = staff if of_staff else token
    for ticket_id, status in zip(made, ("open", "pending", "resolved", "closed"), strict=True):
        assert walk(PATH, 1, who, status=status) == [ticket_id]
    assert walk(PATH, 1, who) == made


def test_a_list_of_a_status_is_complete_though_its_oldest_tickets_came_last(
    staff: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    for month in ("2026-09", "2026-10", "2026-11"):
        for day in range(1, 9):
            at = f"{month}-{day:02}T12:00:00.000Z"
            monkeypatch.setattr(clock, "new_id", lambda prefix, at=at: id_at(prefix, at))
            made += make(None)
    monkeypatch.undo()
    for ticket_id in sorted(made, reverse=True):
        set_status(ticket_id, "resolved", staff)
    assert walk(PATH, 20, staff, status="resolved") == sorted(made, reverse=True)


def test_a_ticket_moves_with_its_status(token: str, staff: str) -> None:
    (ticket_id,) = make(token)
    for before, after in (("open", "pending"), ("pending", "closed"), ("closed", "open")):
        set_status(ticket_id, after, staff)
        for who in (token, staff):
            assert walk(PATH, 1, who, status=before) == []
            assert walk(PATH, 1, who, status=after) == walk(PATH, 1, who) == [ticket_id]


@pytest.mark.parametrize("status", ["", "OPEN", "new", "open,closed", "null"])
def test_another_status_is_422(status: str, token: str) -> None:
    assert invalid(call("GET", PATH, token=token, query={"status": status})) == ["#/query/status"]


@pytest.mark.parametrize("size", ["0", "101", "x"])
def test_another_page_size_is_422(size: str, staff: str) -> None:
    assert invalid(call("GET", PATH, token=staff, query={"page_size": size})) == ["#/query/page_size"]


def test_a_cursor_is_of_its_list_its_filter_and_its_caller(token: str, stranger: str, staff: str, admin: str) -> None:
    make(token, token, stranger, stranger)

    def cursor(who: str, **query: str) -> str:
        return str(call("GET", PATH, token=who, query=query | {"page_size": "1"}).json()["next_cursor"])

    def use(who: str, cursor: str, **query: str) -> int:
        return call("GET", PATH, token=who, query=query | {"cursor": cursor}).status

    assert use(stranger, cursor(token)) == use(staff, cursor(token)) == use(token, cursor(staff)) == 400
    assert use(token, cursor(token, status="open")) == use(token, cursor(token), status="open") == 400
    assert use(staff, cursor(staff, status="open"), status="closed") == 400
    assert_problem(call("GET", PATH, token=token, query={"cursor": "x"}), "invalid-cursor")
    assert use(admin, cursor(staff)) == use(token, cursor(token, status="open"), status="open") == 200


@pytest.mark.parametrize("of_staff", [True, False])
@pytest.mark.parametrize("query", [{}, {"status": "open"}])
def test_a_list_is_private_and_revalidated_until_it_changes(
    of_staff: bool, query: dict[str, str], token: str, staff: str
) -> None:
    who = staff if of_staff else token
    make(token)
    tags = [read(PATH, who, **query).headers["ETag"]]
    (ticket_id,) = make(token)
    tags.append(read(PATH, who, **query).headers["ETag"])
    set_status(ticket_id, "closed", token)
    tags.append(read(PATH, who, **query).headers["ETag"])
    assert len({*tags}) == 3
    assert all(tag.startswith('W/"r') for tag in tags)


@pytest.mark.parametrize("of_staff", [True, False])
def test_what_did_not_change_is_304_without_reading_its_items(of_staff: bool, token: str, staff: str) -> None:
    who = staff if of_staff else token
    make(token)
    tag = read(PATH, who).headers["ETag"]
    with failing() as sent:
        assert call("GET", PATH, token=who, headers={"If-None-Match": tag}).status == 304
    assert "Query" not in {one["operation"] for one in sent}


def test_the_link_keeps_the_filter(staff: str) -> None:
    make(None, None)
    link = call("GET", PATH, token=staff, query={"status": "open", "page_size": "1"}).headers["Link"]
    assert f"{PATH}?status=open&page_size=1&cursor=" in link
    assert link.endswith('>; rel="next"')


def test_the_headers_of_a_page_are_bounded_whatever_is_asked(staff: str) -> None:
    for _ in range(3):
        call("POST", PATH, body={"subject": "A", "message": "B", "email": "x@example.com"})
    query = {"page_size": "1", "status": "open"}
    cursor = call("GET", PATH, token=staff, query=query).json()["next_cursor"]
    long = query | {"cursor": cursor, "unknown": "x" * 7_000}
    response = call("GET", PATH, token=staff, query=long, headers={"Origin": "http://localhost:5173"})
    assert 'rel="next"' in response.headers["Link"]
    assert 'rel="prev"' in response.headers["Link"]
    assert sum(len(name) + len(value) + 4 for name, value in response.headers.items()) < MAX_HEADER_BYTES / 2
