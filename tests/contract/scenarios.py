"""What shows everything that a function does with the table; made before it: what there is."""

import importlib
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from neoforge import clock
from neoforge.accounts.model import LIVE_SESSIONS
from neoforge.accounts.roles import grant
from neoforge.dynamodb import expiry
from neoforge.dynamodb.item import Item
from scripts.build.template import Json
from tests.api import PASSWORD, Context, call, register_and_login
from tests.functions.helpers import client_error, failing

KEY = {"Idempotency-Key": "k"}
ADA = {"email": "ada@example.com", "password": PASSWORD}
STAFF = "staff@example.com"
TICKETS, POSTS, EVENTS = "/v1/support/tickets", "/v1/community/posts", "/v1/status/events"
TICKET = {"subject": "A", "message": "B"}
POST = {"title": "A", "content": "B"}
EVENT = {"service_id": "api", "status": "major_outage"}
OTHER = "rainbow umbrella on the moon"
GRACE = {"email": "grace@example.com", "password": PASSWORD, "display_name": "Grace"}


def project(token: str) -> str:
    return f"/v1/projects/{call('POST', '/v1/projects', body={'name': 'A'}, token=token).json()['id']}"


def log_in(**changes: str) -> Any:
    return call("POST", "/v1/auth/login", body=ADA | changes).json()


def twice(method: str, path: str, **request: Any) -> None:
    """With a key and its replay, without one, and with a transaction that fails, so that the lock is given up."""
    for _ in range(2):
        assert call(method, path, headers=KEY, **request).status < 300
    call(method, path, **request)
    with failing(RuntimeError("bug"), operation="TransactWriteItems"):
        call(method, path, headers={"Idempotency-Key": "other"}, **request)


def read(path: str, token: str | None, **query: str) -> Any:
    """With and without its tag, and once while the request cannot be counted."""
    found = call("GET", path, query=query, token=token)
    call("GET", path, query=query, token=token, headers={"If-None-Match": found.headers["ETag"]})
    with failing(client_error("ThrottlingException"), operation="UpdateItem"):
        assert call("GET", path, query=query, token=token).status == 200
    return found.json()


def list_pages(path: str, token: str | None, **filters: str) -> None:
    second = read(path, token, cursor=read(path, token, page_size="1", **filters)["next_cursor"], **filters)
    read(path, token, cursor=second["previous_cursor"], **filters)
    read(path, token, **filters)


class World(NamedTuple):
    """Ada's token, the token of staff, and paths of what there is."""

    token: str
    staff: str
    path: str
    others: list[Json]  # sessions
    ticket: str
    anonymous: str  # a ticket of nobody's
    posts: list[str]
    author_id: str


def make(path: str, body: Json, token: str | None) -> Json:
    response = call("POST", path, body=body, token=token)
    assert response.status == 201, response.text
    document: Json = response.json()
    return document


def world(token: str) -> World:
    """Two of everything that is listed, and something that has expired."""
    staff = register_and_login(STAFF)
    for role in ("support", "operator"):
        grant(STAFF, role)
    project(token)
    tickets = [make(TICKETS, TICKET, token)["id"] for _ in range(2)]
    anonymous = make(TICKETS, TICKET | {"email": "x@example.com"}, None)["id"]
    posts = [make(POSTS, POST, token) for _ in range(3)]
    for changes in ({}, {"occurred_at": "2020-01-01T00:00:00Z"}):
        make(EVENTS, EVENT | changes, staff)
    Item("OLD", "OLD", expires_at=int(clock.now()) - 1).save()
    return World(
        token=token,
        staff=staff,
        path=project(token),
        others=[log_in() for _ in range(3)],
        ticket=f"{TICKETS}/{tickets[0]}",
        anonymous=f"{TICKETS}/{anonymous}",
        posts=[f"{POSTS}/{post['id']}" for post in posts],
        author_id=posts[0]["author"]["id"],
    )


def list_all_and(path: str, **filters: str) -> None:
    """As anybody, not filtered and filtered."""
    list_pages(path, None)
    list_pages(path, None, **filters)


def list_tickets(w: World) -> None:
    """As an owner and as staff, filtered and not."""
    for token in (w.token, w.staff):
        list_pages(TICKETS, token)
        list_pages(TICKETS, token, status="open")


def create_tickets(w: World) -> None:
    """With an account, with and without an e-mail, and without an account."""
    twice("POST", TICKETS, body=TICKET, token=w.token)
    with_email = TICKET | {"email": "x@example.com"}
    call("POST", TICKETS, body=with_email, token=w.token)
    twice("POST", TICKETS, body=with_email)


def update_tickets(w: World) -> None:
    """Its owner the text and the status, staff the status."""
    twice("PATCH", w.ticket, body={"subject": "C"}, token=w.token)
    assert call("PATCH", w.ticket, body={"status": "closed"}, token=w.token).status == 200
    assert call("PATCH", w.anonymous, body={"status": "pending"}, token=w.staff).status == 200


def delete_posts(w: World) -> None:
    """With a key and its replay, without one, and with a transaction that fails."""
    first, second, third = w.posts
    for _ in range(2):
        assert call("DELETE", first, token=w.token, headers=KEY).status == 204
    assert call("DELETE", second, token=w.token).status == 204
    with failing(RuntimeError("bug"), operation="TransactWriteItems"):
        call("DELETE", third, token=w.token, headers={"Idempotency-Key": "other"})


def run(name: str) -> int:
    """Call a scheduled function."""
    done: int = importlib.import_module(f"schedules.{name}").handler({}, Context(300_000))["done"]
    return done


def purge_all() -> None:
    """In more than one batch."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(expiry, "BATCH", 10)
        assert run("purge_expired") == 1


def roll_up() -> None:
    """With a read that fails, so that the key of the day is given up; again, and once more on the same day."""
    with failing(RuntimeError("bug"), operation="Query"), pytest.raises(RuntimeError):
        run("roll_up_status")
    assert run("roll_up_status") > 0
    run("roll_up_status")


def guess() -> None:
    """A wrong password, then the right one; and one session more than there may be."""
    log_in(password="wrong")
    for _ in range(LIVE_SESSIONS):
        log_in()


def refresh(tokens: Json) -> None:
    """Once, once more, and then with the first token again: the session ends."""
    first = tokens["refresh_token"]
    second = call("POST", "/v1/auth/refresh", body={"refresh_token": first}).json()["refresh_token"]
    assert call("POST", "/v1/auth/refresh", body={"refresh_token": second}).status == 200
    assert call("POST", "/v1/auth/refresh", body={"refresh_token": first}).status == 401


def log_out(tokens: list[Json]) -> None:
    """With a key, without one, and with a transaction that fails."""
    first, second, third = (one["access_token"] for one in tokens)
    assert call("POST", "/v1/auth/logout", token=first, headers=KEY).status == 204
    assert call("POST", "/v1/auth/logout", token=second).status == 204
    with failing(RuntimeError("bug"), operation="TransactWriteItems"):
        call("POST", "/v1/auth/logout", token=third, headers={"Idempotency-Key": "other"})


def change_password(token: str) -> None:
    change = {"current_password": PASSWORD, "new_password": OTHER}
    wrong = change | {"current_password": "wrong"}
    assert call("POST", "/v1/account/password", body=wrong, token=token).status == 422
    twice("POST", "/v1/account/password", body=change, token=token)
    back = {"current_password": OTHER, "new_password": PASSWORD}
    with failing(RuntimeError("bug"), operation="TransactWriteItems"):
        call("POST", "/v1/account/password", body=back, token=token, headers={"Idempotency-Key": "back"})


# What shows everything that a function does with the table.
SCENARIOS: dict[str, Callable[[World], Any]] = {
    "ProjectsList": lambda w: list_pages("/v1/projects", w.token),
    "ProjectsCreate": lambda w: twice("POST", "/v1/projects", body={"name": "A"}, token=w.token),
    "ProjectsGet": lambda w: read(w.path, w.token),
    "ProjectsUpdate": lambda w: twice("PATCH", w.path, body={"name": "B"}, token=w.token),
    "ProjectsDelete": lambda w: twice("DELETE", w.path, token=w.token),
    "AuthRegister": lambda w: twice("POST", "/v1/auth/register", body=GRACE),
    "AuthLogin": lambda w: guess(),
    "AuthRefresh": lambda w: refresh(w.others[0]),
    "AuthLogout": lambda w: log_out(w.others),
    "AuthListSessions": lambda w: list_pages("/v1/auth/sessions", w.token),
    "AuthRevokeSession": lambda w: twice("DELETE", f"/v1/auth/sessions/{w.others[0]['session']['id']}", token=w.token),
    "AuthRevokeOtherSessions": lambda w: twice("POST", "/v1/auth/sessions/revoke-others", token=w.token),
    "AccountGet": lambda w: read("/v1/account", w.token),
    "AccountUpdate": lambda w: twice("PATCH", "/v1/account", body={"display_name": "B"}, token=w.token),
    "AccountChangePassword": lambda w: change_password(w.token),
    "SupportList": list_tickets,
    "SupportCreate": create_tickets,
    "SupportGet": lambda w: (read(w.ticket, w.token), read(w.anonymous, w.staff)),
    "SupportUpdate": update_tickets,
    "CommunityList": lambda w: list_all_and(POSTS, author_id=w.author_id),
    "CommunityCreate": lambda w: twice("POST", POSTS, body=POST, token=w.token),
    "CommunityGet": lambda w: read(w.posts[0], None),
    "CommunityUpdate": lambda w: twice("PATCH", w.posts[0], body={"title": "C"}, token=w.token),
    "CommunityDelete": delete_posts,
    "StatusGet": lambda w: read("/v1/status", None),
    "StatusListEvents": lambda w: list_all_and(EVENTS, service_id="api"),
    "StatusCreateEvent": lambda w: twice("POST", EVENTS, body=EVENT, token=w.staff),
    "StatusGetService": lambda w: read("/v1/status/services/api", None),
    "StatusGetHistory": lambda w: read("/v1/status/services/api/history", None),
    "SchedulesPurgeExpired": lambda w: purge_all(),
    "SchedulesRollUpStatus": lambda w: roll_up(),
    "CspCreateReport": lambda w: call("POST", "/v1/csp/reports", body=[]),
    "SystemGetHealth": lambda w: call("GET", "/v1/health"),
    "SystemGetReadiness": lambda w: call("GET", "/v1/ready"),
    "SystemGetConfig": lambda w: call("GET", "/v1/config"),
    "SystemGetOpenapi": lambda w: call("GET", "/v1/openapi.json"),
    "SystemGetDocs": lambda w: call("GET", "/v1/docs"),
    "SystemGetDocsAsset": lambda w: call("GET", "/v1/docs/docs.js"),
}
