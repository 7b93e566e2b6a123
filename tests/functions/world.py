"""A world with everything in it, every kind of caller, and for every route who may call it and how."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import batched
from typing import NamedTuple, get_args

import pytest

from neoforge import clock
from neoforge.accounts.model import ACCESS_TOKEN_SECONDS, Role
from neoforge.accounts.roles import grant
from neoforge.dynamodb.client import get_client
from neoforge.dynamodb.item import Item
from scripts.build.template import Json
from tests.api import PASSWORD, call, register_and_login
from tests.empty_table import empty_table
from tests.functions.helpers import log_in

ADA = "ada@example.com"
CALLERS = ("anonymous", "user", "other user", "support", "operator", "admin", "revoked", "expired")
NOBODY = {"anonymous", "revoked", "expired"}
EVERYBODY, USERS, OWNER = "everybody", "users", "owner"
HAVING = "having a token or none"  # everybody, but not with a token that is no good
OWNER_STAFF, AUTHOR, OPERATORS = "owner and support", "author", "operators"


class World(NamedTuple):
    """What there is: everybody's token, Ada's project, session, refresh token, ticket and post, and a service."""

    tokens: dict[str, str | None]
    project_id: str
    session_id: str
    refresh: str
    ticket_id: str
    post_id: str
    service_id: str = "api"
    asset: str = "docs.js"


EVENT = {"service_id": "api", "status": "operational"}
TICKET = {"subject": "A", "message": "B", "email": ADA}
# Who may call a route, the others being 401 (nobody), or 403 or 404 (somebody else), and the request that shows it.
WHO: dict[tuple[str, str], tuple[str, Callable[[World], Json]]] = {
    ("GET", "/v1/projects"): (USERS, lambda w: {}),
    ("POST", "/v1/projects"): (USERS, lambda w: {"body": {"name": "A"}}),
    ("GET", "/v1/projects/{project_id}"): (OWNER, lambda w: {}),
    ("PATCH", "/v1/projects/{project_id}"): (OWNER, lambda w: {"body": {"name": "B"}}),
    ("DELETE", "/v1/projects/{project_id}"): (OWNER, lambda w: {}),
    ("POST", "/v1/auth/register"): (
        EVERYBODY,
        lambda w: {"body": {"email": "new@example.com", "password": PASSWORD, "display_name": "N"}},
    ),
    ("POST", "/v1/auth/login"): (EVERYBODY, lambda w: {"body": {"email": ADA, "password": PASSWORD}}),
    ("POST", "/v1/auth/refresh"): (EVERYBODY, lambda w: {"body": {"refresh_token": w.refresh}}),
    ("POST", "/v1/auth/logout"): (USERS, lambda w: {}),
    ("GET", "/v1/auth/sessions"): (USERS, lambda w: {}),
    ("DELETE", "/v1/auth/sessions/{session_id}"): (OWNER, lambda w: {}),
    ("POST", "/v1/auth/sessions/revoke-others"): (USERS, lambda w: {}),
    ("GET", "/v1/account"): (USERS, lambda w: {}),
    ("PATCH", "/v1/account"): (USERS, lambda w: {"body": {"display_name": "B"}}),
    ("POST", "/v1/account/password"): (
        USERS,
        lambda w: {"body": {"current_password": PASSWORD, "new_password": "rainbow umbrella on the moon"}},
    ),
    ("GET", "/v1/support/tickets"): (USERS, lambda w: {}),
    ("POST", "/v1/support/tickets"): (HAVING, lambda w: {"body": TICKET}),
    ("GET", "/v1/support/tickets/{ticket_id}"): (OWNER_STAFF, lambda w: {}),
    ("PATCH", "/v1/support/tickets/{ticket_id}"): (OWNER_STAFF, lambda w: {"body": {"status": "closed"}}),
    ("GET", "/v1/community/posts"): (EVERYBODY, lambda w: {}),
    ("POST", "/v1/community/posts"): (USERS, lambda w: {"body": {"title": "A", "content": "B"}}),
    ("GET", "/v1/community/posts/{post_id}"): (EVERYBODY, lambda w: {}),
    ("PATCH", "/v1/community/posts/{post_id}"): (AUTHOR, lambda w: {"body": {"title": "B"}}),
    ("DELETE", "/v1/community/posts/{post_id}"): (AUTHOR, lambda w: {}),
    ("GET", "/v1/status"): (EVERYBODY, lambda w: {}),
    ("GET", "/v1/status/events"): (EVERYBODY, lambda w: {}),
    ("POST", "/v1/status/events"): (OPERATORS, lambda w: {"body": EVENT}),
    ("GET", "/v1/status/services/{service_id}"): (EVERYBODY, lambda w: {}),
    ("GET", "/v1/status/services/{service_id}/history"): (EVERYBODY, lambda w: {}),
    ("POST", "/v1/csp/reports"): (EVERYBODY, lambda w: {"body": []}),
    ("GET", "/v1/health"): (EVERYBODY, lambda w: {}),
    ("GET", "/v1/ready"): (EVERYBODY, lambda w: {}),
    ("GET", "/v1/config"): (EVERYBODY, lambda w: {}),
    ("GET", "/v1/openapi.json"): (EVERYBODY, lambda w: {}),
    ("GET", "/v1/docs"): (EVERYBODY, lambda w: {}),
    ("GET", "/v1/docs/{asset}"): (EVERYBODY, lambda w: {}),
}


def build() -> World:
    """Make all callers. Whose everything is, user, is also the one whose session was revoked or has expired."""
    tokens: dict[str, str | None] = {"anonymous": None, "user": register_and_login(ADA)}
    for caller in CALLERS[2:6]:
        email = f"{caller.split()[0]}@example.com"
        tokens[caller] = register_and_login(email)
        if caller in get_args(Role):
            grant(email, caller)  # type: ignore[arg-type]  # it is one of them
    tokens["revoked"] = log_in(ADA)["access_token"]
    assert call("POST", "/v1/auth/logout", token=tokens["revoked"]).status == 204
    with pytest.MonkeyPatch.context() as patch:
        then = clock.now() - ACCESS_TOKEN_SECONDS - 1
        patch.setattr(clock, "now", lambda: then)
        tokens["expired"] = log_in(ADA)["access_token"]
    project = call("POST", "/v1/projects", body={"name": "A"}, token=tokens["user"]).json()
    ticket = call("POST", "/v1/support/tickets", body=TICKET, token=tokens["user"]).json()
    post = call("POST", "/v1/community/posts", body={"title": "A", "content": "B"}, token=tokens["user"]).json()
    assert call("POST", "/v1/status/events", body=EVENT, token=tokens["operator"]).status == 201
    session = log_in(ADA)
    return World(tokens, project["id"], session["session"]["id"], session["refresh_token"], ticket["id"], post["id"])


def items() -> list[Json]:
    found: list[Json] = get_client().scan(TableName=Item.Meta.table_name)["Items"]
    return found


def stored() -> list[Json]:
    """Everything that is stored but counts."""
    uncounted = [{name: value for name, value in item.items() if "#" not in name} for item in items()]
    return [item for item in uncounted if item["sk"]["S"] != "RATE"]


def restore(kept: list[Json]) -> None:
    """Put back what was stored."""
    for batch in batched(kept, 25, strict=False):  # as many as DynamoDB takes
        puts = [{"PutRequest": {"Item": item}} for item in batch]
        get_client().batch_write_item(RequestItems={Item.Meta.table_name: puts})


@contextmanager
def made() -> Iterator[World]:
    """Make the world in a table of its own."""
    with empty_table():
        yield build()
