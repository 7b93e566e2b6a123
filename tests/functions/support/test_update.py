"""PATCH /v1/support/tickets/{ticket_id}: its owner the text, to closed or back to open; staff any status."""

from typing import Any

import pytest

from tests.api import Response, call
from tests.functions.helpers import assert_problem, failing, invalid, set_total

PATH = "/v1/support/tickets"
STATUSES = ["open", "pending", "resolved", "closed"]


@pytest.fixture
def ticket(token: str) -> str:
    """The path of a ticket of the first account's, version 1."""
    return f"{PATH}/{call('POST', PATH, body={'subject': 'A', 'message': 'B'}, token=token).json()['id']}"


def patch(path: str, body: Any, token: str | None, **headers: str) -> Response:
    return call("PATCH", path, body=body, token=token, headers=headers)


@pytest.mark.parametrize(
    "change", [{"subject": "C"}, {"message": "C"}, {"status": "closed"}, {"subject": "C", "status": "closed"}]
)
def test_an_owner_changes_what_is_named(change: dict[str, str], ticket: str, token: str, staff: str) -> None:
    before = call("GET", ticket, token=token).json()
    response = patch(ticket, change, token)
    after = response.json()
    assert (response.status, response.headers["ETag"]) == (200, '"v2"')
    assert after == before | change | {"version": 2, "updated_at": after["updated_at"]}
    for who in (token, staff):
        assert call("GET", ticket, token=who).text == response.text


@pytest.mark.parametrize("before", STATUSES)
@pytest.mark.parametrize("after", STATUSES)
def test_who_may_give_which_status(before: str, after: str, ticket: str, token: str, staff: str) -> None:
    assert patch(ticket, {"status": before}, staff).status == 200
    response = patch(ticket, {"status": after}, token)
    if after in {"open", "closed", before}:
        assert (response.status, response.json()["status"]) == (200, after)
    else:
        assert_problem(response, "forbidden")
        assert call("GET", ticket, token=token).json()["status"] == before
    assert patch(ticket, {"status": after}, staff).json()["status"] == after


@pytest.mark.parametrize("change", [{"subject": "C"}, {"message": "C"}, {"message": "C", "status": "pending"}])
def test_the_text_is_its_owners(change: dict[str, str], ticket: str, staff: str, admin: str) -> None:
    for who in (staff, admin):
        assert_problem(patch(ticket, change, who), "forbidden")
    assert call("GET", ticket, token=staff).json()["version"] == 1


@pytest.mark.parametrize("status", STATUSES)
def test_what_does_not_change_is_not_forbidden(status: str, ticket: str, token: str, staff: str) -> None:
    assert patch(ticket, {"status": status, "subject": "A", "message": "B"}, staff).json()["status"] == status
    response = patch(ticket, {"status": status, "subject": "C"}, token)
    assert (response.status, response.json()["status"], response.json()["subject"]) == (200, status, "C")


@pytest.mark.parametrize("status", STATUSES)
def test_staff_may_give_its_own_ticket_any_status(status: str, staff: str) -> None:
    own = call("POST", PATH, body={"subject": "A", "message": "B"}, token=staff).json()
    response = patch(f"{PATH}/{own['id']}", {"status": status, "subject": "C"}, staff)
    assert (response.status, response.json()["status"], response.json()["subject"]) == (200, status, "C")


def test_a_ticket_of_nobody_is_changed_by_staff_alone(token: str, staff: str) -> None:
    body = {"subject": "A", "message": "B", "email": "x@example.com"}
    path = f"{PATH}/{call('POST', PATH, body=body).json()['id']}"
    assert_problem(patch(path, {"status": "closed"}, token), "not-found")
    assert patch(path, {"status": "resolved"}, staff).json()["status"] == "resolved"


def test_somebody_elses_ticket_is_404(ticket: str, stranger: str, operator: str) -> None:
    for who in (stranger, operator):
        assert_problem(patch(ticket, {"status": "closed"}, who), "not-found")
    assert_problem(patch(ticket, {"status": "closed"}, None), "unauthorized")


@pytest.mark.parametrize("change", [{}, {"subject": "A"}, {"status": "open"}])
def test_what_changes_nothing_makes_no_new_version(change: dict[str, str], ticket: str, token: str) -> None:
    response = patch(ticket, change, token)
    assert (response.status, response.headers["ETag"]) == (200, '"v1"')


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"subject": None}, "#/subject"),
        ({"subject": ""}, "#/subject"),
        ({"subject": "a" * 201}, "#/subject"),
        ({"message": None}, "#/message"),
        ({"message": "a" * 10_001}, "#/message"),
        ({"status": None}, "#/status"),
        ({"status": "new"}, "#/status"),
        ({"email": "x@example.com"}, "#/email"),
        ({"user_id": None}, "#/user_id"),
    ],
)
def test_what_would_be_no_ticket_is_422(change: dict[str, Any], pointer: str, ticket: str, token: str) -> None:
    assert invalid(patch(ticket, change, token)) == [pointer]


@pytest.mark.parametrize("change", [{"status": "closed"}, {"status": "open"}])
@pytest.mark.parametrize("tag", ['"v2"', 'W/"v1"', "v1"])
def test_a_stale_if_match_is_412(change: dict[str, str], tag: str, ticket: str, token: str, staff: str) -> None:
    for who in (token, staff):
        assert_problem(patch(ticket, change, who, **{"If-Match": tag}), "precondition-failed")
    assert patch(ticket, change, token, **{"If-Match": '"v1"'}).status == 200


def test_if_match_is_enforced_by_conditions_on_every_shelf(ticket: str, token: str) -> None:
    with failing() as sent:
        patch(ticket, {"subject": "C"}, token, **{"If-Match": '"v1"'})
    (transaction,) = [one for one in sent if one["operation"] == "TransactWriteItems"]
    puts = [item["Put"] for item in transaction["TransactItems"] if "Put" in item]
    assert len(puts) == 4
    assert all({"N": "1"} in put["ExpressionAttributeValues"].values() for put in puts)


def test_a_replay_wins_over_if_match(ticket: str, token: str) -> None:
    headers = {"If-Match": '"v1"', "Idempotency-Key": "k"}
    first, again = (patch(ticket, {"status": "closed"}, token, **headers) for _ in range(2))
    assert (again.status, again.text, again.headers["ETag"]) == (200, first.text, '"v2"')
    assert again.headers["Idempotent-Replayed"] == "true"


def test_a_ticket_that_is_closed_makes_room_and_one_that_is_opened_again_needs_it(token: str) -> None:
    path, body = "/v1/support/tickets", {"subject": "Help", "message": "It is broken."}
    ticket = f"{path}/{call('POST', path, body=body, token=token).json()['id']}"
    set_total(token, ("USER", "OPEN-TICKET"), 1_000)
    assert call("PATCH", ticket, body={"status": "closed"}, token=token).status == 200
    assert call("POST", path, body=body, token=token).status == 201
    assert_problem(call("PATCH", ticket, body={"status": "open"}, token=token), "limit-reached")
    assert call("GET", ticket, token=token).json()["status"] == "closed"
    assert call("PATCH", ticket, body={"subject": "Still closed"}, token=token).status == 200
