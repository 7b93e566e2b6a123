"""An account has a number of resources at most, which the write that counts them holds it to."""

import pytest

from neoforge.dynamodb import expressions
from neoforge.dynamodb.expressions import Update
from tests.api import call
from tests.functions.helpers import assert_problem

BODIES = {
    "/v1/projects": {"name": "Mine"},
    "/v1/support/tickets": {"subject": "Help", "message": "It is broken."},
    "/v1/community/posts": {"title": "First", "content": "About it"},
}
# Where an account counts them.
PROJECTS = ("USER", "PROJECT")
OPEN_TICKETS = ("USER", "OPEN-TICKET")
POSTS = ("AUTHOR", "POST")
LIMITS = {
    "/v1/projects": (PROJECTS, 10_000),
    "/v1/support/tickets": (OPEN_TICKETS, 1_000),
    "/v1/community/posts": (POSTS, 10_000),
}


def set_total(token: str, counted: tuple[str, str], total: int) -> None:
    """Set how many resources an account has."""
    place, kind = counted
    pk = f"{place}#{call('GET', '/v1/account', token=token).json()['id']}"
    expression = "SET #total = :total, revision = :total"
    expressions.update(Update(pk, f"{kind}#~TOTAL", expression, {":total": total}, {"#total": "total"}))


def total(path: str, token: str) -> int:
    return int(call("GET", path, token=token, query={"status": "open"} if "tickets" in path else {}).json()["total"])


@pytest.mark.parametrize("path", BODIES)
def test_one_more_than_the_limit_is_refused_and_changes_nothing(path: str, token: str, stranger: str) -> None:
    counted, limit = LIMITS[path]
    set_total(token, counted, limit - 1)
    assert call("POST", path, body=BODIES[path], token=token).status == 201
    for headers in ({}, {"Idempotency-Key": "a"}):
        refused = call("POST", path, body=BODIES[path], token=token, headers=headers)
        assert refused.status == 409
        assert f"{limit:,}" in assert_problem(refused, "limit-reached")["detail"]
    assert call("POST", path, body=BODIES[path], token=stranger).status == 201
    set_total(token, counted, limit - 1)
    assert call("POST", path, body=BODIES[path], token=token, headers={"Idempotency-Key": "a"}).status == 201


def test_a_ticket_that_is_closed_makes_room_and_one_that_is_opened_again_needs_it(token: str) -> None:
    path = "/v1/support/tickets"
    ticket = f"{path}/{call('POST', path, body=BODIES[path], token=token).json()['id']}"
    set_total(token, OPEN_TICKETS, 1_000)
    assert call("PATCH", ticket, body={"status": "closed"}, token=token).status == 200
    assert call("POST", path, body=BODIES[path], token=token).status == 201
    assert_problem(call("PATCH", ticket, body={"status": "open"}, token=token), "limit-reached")
    assert call("GET", ticket, token=token).json()["status"] == "closed"
    assert call("PATCH", ticket, body={"subject": "Still closed"}, token=token).status == 200


def test_an_account_at_its_limit_changes_and_deletes_what_it_has(token: str) -> None:
    project = f"/v1/projects/{call('POST', '/v1/projects', body=BODIES['/v1/projects'], token=token).json()['id']}"
    set_total(token, PROJECTS, 10_000)
    assert call("PATCH", project, body={"name": "Other"}, token=token).status == 200
    assert call("DELETE", project, token=token).status == 204
    assert total("/v1/projects", token) == 9_999


def test_the_limits_are_published() -> None:
    config = call("GET", "/v1/config").json()
    assert config["account_limits"] == {"projects": 10_000, "open_tickets": 1_000, "posts": 10_000}
