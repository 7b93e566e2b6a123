"""Every write of the API and both scheduled jobs: how each is asked, and what it is to leave in the table."""

from collections.abc import Callable
from dataclasses import dataclass

from neoforge.accounts.model import LIVE_SESSIONS
from tests.api import PASSWORD
from tests.proof.engine.dynamodb import EMAIL, PERSON, sign_in
from tests.proof.engine.scenarios import DONE
from tests.proof.engine.workers import Invocation
from tests.proof.faults import asked
from tests.proof.faults.asked import CREDENTIALS, EVENT, EVENTS, POST, POSTS, PROJECTS, TICKET, TICKETS


@dataclass(frozen=True, slots=True)
class Write:
    """A write. Its client sends an Idempotency-Key wherever the route takes one, and a condition with a change."""

    prepare: Callable[[], Invocation]
    status: int
    left: list[str]  # as tests.proof.engine.dynamodb.census tells it
    retried: int | None = None  # the status for who asks again after it was done, if there is no replay
    begins: bool = False  # a session, so that a try whose answer was lost leaves one that nobody knows


ALONE = ["ACCESS version=5", "ACCOUNT version=1", "SESSION version=1", DONE]  # of three sessions
STAFF = ["ACCESS version=3", "ACCOUNT version=2", "CREDENTIAL version=1", "SESSION version=1"]
OTHERS = sorted([*PERSON, *STAFF, DONE])


def _both(kind: str, version: int, total: int = 1) -> list[str]:
    """Everybody's shelf and the owner's; of a resource that is gone, what counted it."""
    return _feed(kind, version, total) + [f"{kind} version={version}"] * total + [_counts(f"{kind}S", version, total)]


def _feed(kind: str, version: int, total: int = 1) -> list[str]:
    return [f"FEED {kind} version={version}"] * total + [_counts(f"TOTAL {kind}", version, total)]


def _counts(name: str, revision: int, total: int) -> str:
    return f"{name} total={total} revision={revision}"


EVENTS_OF_TWO = ["AT version=1", "EVENT version=1", "FEED EVENT version=1"] * 2


WRITES = {
    "POST /v1/auth/register": Write(
        lambda: asked.keyed("POST", "/v1/auth/register", CREDENTIALS | {"display_name": "Ada"}),
        201,
        ["ACCESS version=1", "ACCOUNT version=1", "CREDENTIAL version=1", DONE],
    ),
    "POST /v1/auth/login": Write(lambda: asked.log_in(1), 200, PERSON, begins=True),
    "POST /v1/auth/login (one too many)": Write(lambda: asked.log_in(LIVE_SESSIONS), 200, PERSON, begins=True),
    "POST /v1/auth/refresh": Write(
        lambda: asked.refresh(0),
        200,
        ["ACCESS version=3", "ACCOUNT version=1", "CREDENTIAL version=1", "SESSION version=2"],
    ),
    "POST /v1/auth/refresh (a used token)": Write(
        lambda: asked.refresh(2), 401, ["ACCESS version=5", "ACCOUNT version=1", "CREDENTIAL version=1"]
    ),
    "POST /v1/auth/logout": Write(
        lambda: asked.create("/v1/auth/logout", None),
        204,
        ["ACCESS version=3", "ACCOUNT version=1", "CREDENTIAL version=1", DONE],
        retried=401,
    ),
    "DELETE /v1/auth/sessions/{session_id}": Write(
        lambda: asked.with_others("DELETE", "/v1/auth/sessions/{}"),
        204,
        [*ALONE, "CREDENTIAL version=1", "SESSION version=1"],
    ),
    "POST /v1/auth/sessions/revoke-others": Write(
        lambda: asked.with_others("POST", "/v1/auth/sessions/revoke-others"), 200, [*ALONE, "CREDENTIAL version=1"]
    ),
    "PATCH /v1/account": Write(
        lambda: asked.keyed("PATCH", "/v1/account", {"display_name": "Countess"}, sign_in().token),
        200,
        ["ACCESS version=2", "ACCOUNT version=2", "CREDENTIAL version=1", "SESSION version=1", DONE],
    ),
    "POST /v1/account/password": Write(
        lambda: asked.with_others(
            "POST",
            "/v1/account/password",
            {"current_password": PASSWORD, "new_password": "rainbow umbrella on the moon"},
        ),
        204,
        [*ALONE, "CREDENTIAL version=2"],
    ),
    "POST /v1/projects": Write(
        lambda: asked.create(PROJECTS, {"name": "New"}),
        201,
        [*PERSON, "PROJECT version=1", _counts("PROJECTS", 1, 1), DONE],
    ),
    "PATCH /v1/projects/{project_id}": Write(
        lambda: asked.change("PATCH", PROJECTS, {"name": "Old"}, {"name": "New"}),
        200,
        [*PERSON, "PROJECT version=2", _counts("PROJECTS", 2, 1), DONE],
    ),
    "PATCH /v1/projects/{project_id} (nothing)": Write(
        lambda: asked.change("PATCH", PROJECTS, {"name": "Old"}, {}),
        200,
        [*PERSON, "PROJECT version=1", _counts("PROJECTS", 1, 1), DONE],
    ),
    "DELETE /v1/projects/{project_id}": Write(
        lambda: asked.change("DELETE", PROJECTS, {"name": "Old"}), 204, [*PERSON, _counts("PROJECTS", 2, 0), DONE]
    ),
    "POST /v1/support/tickets": Write(
        lambda: asked.create(TICKETS, TICKET), 201, [*PERSON, *_both("TICKET", 1), *_both("OPEN-TICKET", 1), DONE]
    ),
    "POST /v1/support/tickets (anonymous)": Write(
        lambda: asked.keyed("POST", TICKETS, TICKET | {"email": EMAIL}),
        201,
        [*_feed("TICKET", 1), *_feed("OPEN-TICKET", 1), DONE],
    ),
    "PATCH /v1/support/tickets/{ticket_id}": Write(
        lambda: asked.change("PATCH", TICKETS, TICKET, {"subject": "New"}),
        200,
        [*PERSON, *_both("TICKET", 2), *_both("OPEN-TICKET", 2), DONE],
    ),
    "PATCH /v1/support/tickets/{ticket_id} (by staff)": Write(
        lambda: asked.change("PATCH", TICKETS, TICKET, {"status": "resolved"}, role="support"),
        200,
        [
            *OTHERS,
            *_both("TICKET", 2),
            *_both("OPEN-TICKET", 2, 0),
            "FEED RESOLVED-TICKET version=2",
            "RESOLVED-TICKET version=2",
            _counts("TOTAL RESOLVED-TICKET", 1, 1),
            _counts("RESOLVED-TICKETS", 1, 1),
        ],
    ),
    "POST /v1/community/posts": Write(lambda: asked.create(POSTS, POST), 201, [*PERSON, *_both("POST", 1), DONE]),
    "PATCH /v1/community/posts/{post_id}": Write(
        lambda: asked.change("PATCH", POSTS, POST, {"title": "New"}), 200, [*PERSON, *_both("POST", 2), DONE]
    ),
    "DELETE /v1/community/posts/{post_id}": Write(
        lambda: asked.change("DELETE", POSTS, POST), 204, [*PERSON, *_both("POST", 2, 0), DONE]
    ),
    "DELETE /v1/community/posts/{post_id} (by an admin)": Write(
        lambda: asked.change("DELETE", POSTS, POST, role="admin"), 204, [*OTHERS, *_both("POST", 2, 0)]
    ),
}
WRITES |= {
    "POST /v1/status/events": Write(
        lambda: asked.create(EVENTS, EVENT | {"status": "major_outage"}, role="operator"),
        201,
        [*STAFF, *_both("EVENT", 1), "AT version=1", "STATE SERVICE version=1", DONE],
    ),
    "POST /v1/status/events (late)": Write(
        asked.late_event,
        201,
        [
            *STAFF,
            *EVENTS_OF_TWO,
            _counts("EVENTS", 2, 2),
            _counts("TOTAL EVENT", 2, 2),
            "STATE SERVICE version=2",
            DONE,
        ],
    ),
    "POST /v1/csp/reports": Write(asked.report, 204, []),
    "schedules.roll_up_status.handler": Write(
        asked.roll_up,
        200,
        [
            *STAFF,
            *EVENTS_OF_TWO,
            *[_counts("EVENTS", 1, 1)] * 2,
            _counts("TOTAL EVENT", 2, 2),
            *["STATE SERVICE version=2"] * 2,
            *["DAY version=1"] * 2,
            "ROLLUP status=COMPLETED",
        ],
    ),
    "schedules.purge_expired.handler": Write(asked.purge, 200, PERSON),
}
