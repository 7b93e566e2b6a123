"""What everybody may read can be cached by a CDN, what is private must not be; tickets and posts from end to end."""

import re
import secrets
from collections.abc import Callable
from typing import Any

import pytest

from scripts.api import Api, Response
from tests.api import Account, new_account
from tests.proof.stack.callers import with_role
from tests.proof.stack.conftest import StackUnderTest

POSTS, TICKETS = "/v1/community/posts", "/v1/support/tickets"
# Seconds that an answer may be kept, by path; ONE and API are there.
PUBLIC = {
    POSTS: 5,
    f"{POSTS}?author_id=AUTHOR": 5,
    f"{POSTS}/ONE": 30,
    "/v1/status": 15,
    "/v1/status/events": 15,
    "/v1/status/events?service_id=shown": 15,
    "/v1/status/services/shown": 15,
    "/v1/status/services/shown/history": 60,
    "/v1/config": 300,
}
PRIVATE = [TICKETS, f"{TICKETS}/TICKET", "/v1/projects", "/v1/account", "/v1/auth/sessions"]

Ask = Callable[..., Response]


def asking(api: Api, account: Account) -> Ask:
    def ask(method: str, path: str, body: Any = None, **headers: str) -> Response:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return api.request(method, path, token=account.token, body=body, headers=sent)

    return ask


@pytest.fixture
def ask(http: Api) -> Ask:
    return asking(http, new_account(http))


@pytest.fixture
def staff(stack: StackUnderTest, http: Api) -> Ask:
    return asking(http, with_role(stack, http, "admin"))


@pytest.fixture
def paths(ask: Ask, staff: Ask) -> Callable[[str], str]:
    """Fill in what there is: a post, its author, a ticket, a service."""
    post = ask("POST", POSTS, {"title": "Shown", "content": "x"}).json()
    ticket = ask("POST", TICKETS, {"subject": "x", "message": "x"}).json()
    assert staff("POST", "/v1/status/events", {"service_id": "shown", "status": "operational"}).status == 201
    names = {"ONE": post["id"], "AUTHOR": post["author"]["id"], "TICKET": ticket["id"]}
    return lambda path: re.sub("ONE|AUTHOR|TICKET", lambda name: names[name[0]], path)


def twice(ask: Ask, method: str, path: str, body: Any = None, **headers: str) -> Response:
    """Send a write and its duplicate, which gives the first answer again."""
    key = secrets.token_hex(16)
    first, again = (ask(method, path, body, Idempotency_Key=key, **headers) for _ in range(2))
    assert (again.status, again.body) == (first.status, first.body)
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    for name in ("ETag", "Location"):
        assert again.headers.get(name) == first.headers.get(name)
    return first


def test_what_is_public_may_be_kept_by_a_cdn_and_is_not_sent_again(http: Api, paths: Callable[[str], str]) -> None:
    for path, seconds in PUBLIC.items():
        answer = http.request("GET", paths(path))
        kept = f"public, max-age={seconds}, stale-while-revalidate={2 * seconds}"
        assert (answer.status, answer.headers["Cache-Control"], answer.headers["Vary"]) == (
            200,
            kept,
            "Accept-Encoding, Origin",
        ), path
        same = http.request("GET", paths(path), headers={"If-None-Match": answer.headers["ETag"]})
        assert (same.status, same.body) == (304, b""), path
        for name in ("ETag", "Cache-Control", "Vary"):
            assert same.headers[name] == answer.headers[name], path
        other = http.request("GET", paths(path), headers={"If-None-Match": '"other"'})
        assert other.status == 200, path


def test_what_is_private_must_not_be_kept_by_a_cdn(ask: Ask, paths: Callable[[str], str]) -> None:
    for path in PRIVATE:
        answer = ask("GET", paths(path))
        kept = (answer.status, answer.headers["Cache-Control"], answer.headers["Vary"])
        assert kept == (200, "private, no-cache", "Accept-Encoding, Authorization, Origin"), path


def test_a_problem_of_a_public_route_is_not_kept(http: Api) -> None:
    for path in ("/v1/status/services/nothing", f"{POSTS}/pst_01a20538-11bf-7304-bb36-19bcf1775ed8"):
        answer = http.request("GET", path)
        assert (answer.status, answer.headers["Cache-Control"]) == (404, "no-store")


def test_a_status_page_changes_its_tag_with_what_happens(http: Api, staff: Ask, paths: Callable[[str], str]) -> None:
    tag = http.request("GET", "/v1/status").headers["ETag"]
    event = {"service_id": "shown", "status": "major_outage", "description": "Down."}
    assert twice(staff, "POST", "/v1/status/events", event).status == 201
    answer = http.request("GET", "/v1/status", headers={"If-None-Match": tag})
    assert (answer.status, answer.json()["status"]) == (200, "major_outage")
    page = http.request("GET", "/v1/status/events?service_id=shown").json()
    assert [one["status"] for one in page["items"]].count("major_outage") == 1


def test_the_way_of_a_ticket_between_its_owner_and_staff(http: Api, ask: Ask, staff: Ask) -> None:
    made = twice(ask, "POST", TICKETS, {"subject": "Help", "message": "It is broken."})
    ticket, path = made.json(), f"{TICKETS}/{made.json()['id']}"
    assert (made.status, ticket["status"], made.headers["ETag"]) == (201, "open", '"v1"')
    assert made.headers["Location"].endswith(path)
    assert [one["id"] for one in staff("GET", f"{TICKETS}?status=open").json()["items"]].count(ticket["id"]) == 1
    answered = twice(staff, "PATCH", path, {"status": "resolved"}, If_Match='"v1"')
    assert (answered.json()["status"], answered.headers["ETag"]) == ("resolved", '"v2"')
    assert staff("PATCH", path, {"message": "Theirs."}).status == 403
    assert ask("PATCH", path, {"status": "pending"}).status == 403
    assert ask("PATCH", path, {"status": "closed"}, If_Match='"v1"').status == 412
    assert twice(ask, "PATCH", path, {"status": "open", "message": "Still broken."}).status == 200
    lists = {status: ask("GET", f"{TICKETS}?status={status}").json()["total"] for status in ("open", "resolved")}
    assert (lists, ask("GET", TICKETS).json()["total"]) == ({"open": 1, "resolved": 0}, 1)
    assert asking(http, new_account(http))("GET", path).status == 404


def test_the_way_of_a_post_from_its_author_to_everybody(http: Api, ask: Ask, staff: Ask) -> None:
    made = twice(ask, "POST", POSTS, {"title": "Hello", "content": "World"})
    post, path = made.json(), f"{POSTS}/{made.json()['id']}"
    assert (made.status, post["author"]["display_name"]) == (201, "Ada")
    feed = http.request("GET", POSTS).json()
    assert [one["id"] for one in feed["items"]].count(post["id"]) == 1
    changed = twice(ask, "PATCH", path, {"title": "Hello again"}, If_Match='"v1"')
    assert http.request("GET", path).json() == changed.json()
    assert asking(http, new_account(http))("DELETE", path).status == 403
    assert http.request("GET", f"{POSTS}?author_id={post['author']['id']}").json()["total"] == 1
    assert twice(staff, "DELETE", path, If_Match=changed.headers["ETag"]).status == 204
    assert http.request("GET", path).status == 404
    assert post["id"] not in [one["id"] for one in http.request("GET", POSTS).json()["items"]]
    assert http.request("GET", f"{POSTS}?author_id={post['author']['id']}").json()["total"] == 0
