"""An account has a number of resources at most, which the write that counts them holds it to."""

import pytest

from tests.api import call, routes
from tests.functions.helpers import assert_problem, set_total

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


@pytest.mark.parametrize("path", [path for path in BODIES if ("POST", path) in routes()])
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


def test_the_limits_are_published() -> None:
    config = call("GET", "/v1/config").json()
    assert config["account_limits"] == {"projects": 10_000, "open_tickets": 1_000, "posts": 10_000}
