"""GET /v1/support/tickets/{ticket_id}: its owner's and staff's."""

import pytest

from tests.api import call
from tests.functions.helpers import assert_problem, read

PATH = "/v1/support/tickets"
TICKET = {"subject": "A", "message": "B", "email": "x@example.com"}


def make(token: str | None) -> str:
    return f"{PATH}/{call('POST', PATH, body=TICKET, token=token).json()['id']}"


def test_an_owner_and_staff_see_the_same_and_revalidate_it(token: str, staff: str, admin: str) -> None:
    path = make(token)
    answers = [read(path, who) for who in (token, staff, admin)]
    assert {answer.headers["ETag"] for answer in answers} == {'"v1"'}
    assert len({answer.text for answer in answers}) == 1


def test_somebody_elses_ticket_is_404_in_the_words_of_none(token: str, stranger: str, operator: str) -> None:
    path = make(token)
    none = call("GET", f"{PATH}/tkt_01a20538-11bf-7304-bb36-19bcf1775ed8", token=stranger)
    details = [assert_problem(call("GET", path, token=who), "not-found")["detail"] for who in (stranger, operator)]
    assert {*details} == {assert_problem(none, "not-found")["detail"]}


def test_a_ticket_of_nobody_is_staffs_only(token: str, staff: str) -> None:
    path = make(None)
    assert_problem(call("GET", path, token=token), "not-found")
    assert read(path, staff).json()["user_id"] is None


def test_without_a_token_nothing_is_told(token: str) -> None:
    assert_problem(call("GET", make(None)), "unauthorized")


@pytest.mark.parametrize("name", ["x", "tkt_x", "tkt_01a20538-11bf-7304-bb36-19bcf1775ed", "tkt_" + "f" * 36])
def test_what_names_no_ticket_is_404(name: str, token: str, staff: str) -> None:
    for who in (token, staff):
        assert_problem(call("GET", f"{PATH}/{name}", token=who), "not-found")
