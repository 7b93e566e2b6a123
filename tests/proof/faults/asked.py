"""How each write is asked: what there is before it, and the request."""

from typing import Any

from neoforge import clock
from neoforge.accounts.model import Role
from neoforge.accounts.roles import grant
from neoforge.dynamodb.item import Item
from tests.api import PASSWORD, call
from tests.proof.engine.dynamodb import EMAIL, Person, sign_in
from tests.proof.engine.workers import Invocation, invocation

CREDENTIALS = {"email": EMAIL, "password": PASSWORD}
PROJECTS, TICKETS, POSTS, EVENTS = "/v1/projects", "/v1/support/tickets", "/v1/community/posts", "/v1/status/events"
TICKET, POST, EVENT = {"subject": "S", "message": "M"}, {"title": "T", "content": "C"}, {"service_id": "api"}
DAY = 24 * 3600


def keyed(method: str, path: str, body: Any = None, token: str | None = None) -> Invocation:
    """With what every client that may have to retry sends."""
    condition = {"If-Match": '"v1"'} if method in {"PATCH", "DELETE"} else {}
    return invocation(method, path, body=body, token=token, headers={"Idempotency-Key": "k"} | condition)


def create(path: str, body: Any, role: Role = "user") -> Invocation:
    return keyed("POST", path, body, _person(role).token)


def _person(role: Role = "user") -> Person:
    person = sign_in()
    grant(EMAIL, role)
    return person


def change(method: str, path: str, made: Any, body: Any = None, role: Role = "user") -> Invocation:
    """Change what the caller has made, or, with a role, what somebody else has."""
    maker = sign_in("grace@example.com" if role != "user" else EMAIL)
    made_id = call("POST", path, body=made, token=maker.token).json()["id"]
    return keyed(method, f"{path}/{made_id}", body, (_person(role) if role != "user" else maker).token)


def late_event() -> Invocation:
    """Of a service of which a newer one is known."""
    person = _person("operator")
    call("POST", EVENTS, body=EVENT | {"status": "operational"}, token=person.token)
    late = EVENT | {"status": "major_outage", "occurred_at": "2026-01-01T00:00:00Z"}
    return keyed("POST", EVENTS, late, person.token)


def with_others(method: str, path: str, body: Any = None) -> Invocation:
    """Let there be two more sessions, {} in the path is the newer one, and a wrong guess of the password."""
    person = sign_in()
    person.again()
    request = keyed(method, path.format(person.again().session_id), body, person.token)
    _guess()
    return request


def _guess() -> None:
    assert call("POST", "/v1/auth/login", body=CREDENTIALS | {"password": "wrong"}).status == 401


def log_in(sessions: int) -> Invocation:
    person = sign_in()
    for _ in range(sessions - 1):
        person = person.again()
    _guess()
    return invocation("POST", "/v1/auth/login", body=CREDENTIALS)


def refresh(uses: int) -> Invocation:
    """With a token that was used so many times, by its successors."""
    body = {"refresh_token": sign_in().refresh_token}
    latest = body
    for _ in range(uses):
        latest = {"refresh_token": call("POST", "/v1/auth/refresh", body=latest).json()["refresh_token"]}
    return invocation("POST", "/v1/auth/refresh", body=body)


def report() -> Invocation:
    return invocation(
        "POST", "/v1/csp/reports", body={"csp-report": {}}, headers={"Content-Type": "application/csp-report"}
    )


def _job(handler: str) -> Invocation:
    """Lambda's lock of a job ends with the job: here at once, as nobody moves Powertools' clock."""
    return Invocation(handler, {}, milliseconds=1, left=20_000)


def roll_up() -> Invocation:
    """Of two services with a day each that is over."""
    person = _person("operator")
    moment = clock.timestamp(clock.now() - DAY)
    for service in ("api", "web"):
        body = {"service_id": service, "status": "operational", "occurred_at": moment}
        assert call("POST", EVENTS, body=body, token=person.token).status == 201
    return _job("schedules.roll_up_status.handler")


def purge() -> Invocation:
    """Of some that have expired and one that has not."""
    sign_in()
    for number in range(3):
        Item("RATE#old", f"SOURCE#{number}", expires_at=int(clock.now()) - 1).save()
    return _job("schedules.purge_expired.handler")
