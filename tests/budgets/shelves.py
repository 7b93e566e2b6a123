"""The requests for tickets, posts and events, and what the schedules do."""

from neoforge.accounts import roles
from tests.api import call
from tests.budgets.asked import ADA, KEY, Asked, Fired, Requests, Stage, twice

TICKETS, POSTS, EVENTS = "/v1/support/tickets", "/v1/community/posts", "/v1/status/events"
SERVICE = "/v1/status/services/api"
TICKET, POST = {"subject": "S", "message": "M"}, {"title": "T", "content": "C"}
EVENT = {"service_id": "api", "status": "operational"}


def _ticket(on: Stage) -> str:
    return f"{TICKETS}/{call('POST', TICKETS, body=TICKET, token=on.token).json()['id']}"


def _post(on: Stage) -> str:
    return f"{POSTS}/{call('POST', POSTS, body=POST, token=on.token).json()['id']}"


def _author(on: Stage) -> str:
    return str(call("GET", _post(on)).json()["author"]["id"])


def _operator(on: Stage) -> Stage:
    roles.grant(ADA["email"], "operator")
    return on


def _staff(on: Stage) -> Stage:
    _ticket(on)
    roles.grant(ADA["email"], "support")
    return on


def _of_feed(on: Stage, member: str) -> Asked:
    """Ask for the page of one post that follows the first one, or for what precedes that."""
    _post(on), _post(on), _post(on)
    query = {"page_size": "1"}
    for name in ("next_cursor", "previous_cursor")[: 1 + (member == "previous_cursor")]:
        query = {"cursor": call("GET", POSTS, query=query).json()[name]}
    return Asked("GET", POSTS, 200, {"query": query})


def _unchanged(path: str) -> Asked:
    return Asked("GET", path, 304, {"headers": {"If-None-Match": call("GET", path).headers["ETag"]}})


def _happened(on: Stage, path: str) -> Asked:
    """Ask about a service that something has happened to."""
    assert call("POST", EVENTS, body=EVENT, token=_operator(on).token).status == 201
    return Asked("GET", path, 200)


def _rolled_up(on: Stage) -> Fired:
    """Let there be a service of which no day has ended yet."""
    _happened(on, EVENTS)
    return Fired("schedules.roll_up_status.handler")


SHELVES: Requests = {
    ("support.create", "without-key"): lambda on: on.asks("POST", TICKETS, 201, body=TICKET),
    ("support.create", "with-key"): lambda on: on.asks("POST", TICKETS, 201, body=TICKET, headers=KEY),
    ("support.create", "without-account"): lambda _: Asked(
        "POST", TICKETS, 201, {"body": TICKET | {"email": ADA["email"]}}
    ),
    ("support.list", "own"): lambda on: (_ticket(on), on.asks("GET", TICKETS, 200))[1],
    ("support.list", "staff"): lambda on: _staff(on).asks("GET", TICKETS, 200),
    ("support.list", "staff-of-a-status"): lambda on: _staff(on).asks("GET", TICKETS, 200, query={"status": "open"}),
    ("support.get", "own"): lambda on: on.asks("GET", _ticket(on), 200),
    ("support.update", "text"): lambda on: on.asks("PATCH", _ticket(on), 200, body={"subject": "B"}),
    ("support.update", "status"): lambda on: on.asks("PATCH", _ticket(on), 200, body={"status": "closed"}),
    ("support.update", "with-key"): lambda on: on.asks("PATCH", _ticket(on), 200, body={"subject": "B"}, headers=KEY),
    ("support.update", "nothing-changes"): lambda on: on.asks("PATCH", _ticket(on), 200, body={}),
    ("community.create", "without-key"): lambda on: on.asks("POST", POSTS, 201, body=POST),
    ("community.create", "with-key"): lambda on: on.asks("POST", POSTS, 201, body=POST, headers=KEY),
    ("community.create", "replay"): lambda on: twice(on.asks("POST", POSTS, 201, body=POST, headers=KEY)),
    ("community.list", "first-page"): lambda on: (_post(on), Asked("GET", POSTS, 200))[1],
    ("community.list", "next-page"): lambda on: _of_feed(on, "next_cursor"),
    ("community.list", "previous-page"): lambda on: _of_feed(on, "previous_cursor"),
    ("community.list", "unchanged"): lambda on: (_post(on), _unchanged(POSTS))[1],
    ("community.list", "of-an-author"): lambda on: Asked("GET", POSTS, 200, {"query": {"author_id": _author(on)}}),
    ("community.get", "found"): lambda on: Asked("GET", _post(on), 200),
    ("community.get", "unchanged"): lambda on: _unchanged(_post(on)),
    ("community.update", "without-key"): lambda on: on.asks("PATCH", _post(on), 200, body={"title": "B"}),
    ("community.update", "with-key"): lambda on: on.asks("PATCH", _post(on), 200, body={"title": "B"}, headers=KEY),
    ("community.delete", "without-key"): lambda on: on.asks("DELETE", _post(on), 204),
    ("status.get", "asked"): lambda on: _happened(on, "/v1/status"),
    ("status.list_events", "first-page"): lambda on: _happened(on, EVENTS),
    ("status.get_service", "found"): lambda on: _happened(on, SERVICE),
    ("status.get_history", "found"): lambda on: _happened(on, f"{SERVICE}/history"),
    ("status.create_event", "first"): lambda on: _operator(on).asks("POST", EVENTS, 201, body=EVENT),
    ("status.create_event", "refused"): lambda on: on.asks("POST", EVENTS, 403, body=EVENT),
    ("schedules.purge_expired", "nothing-expired"): lambda _: Fired("schedules.purge_expired.handler"),
    ("schedules.roll_up_status", "one-service"): _rolled_up,
    ("schedules.roll_up_status", "again-that-day"): lambda on: twice(_rolled_up(on)),
}
