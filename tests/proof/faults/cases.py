"""One case: a write in a process of its own, one of whose calls goes wrong; its client, which tries again; a look."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from neoforge import clock
from neoforge.accounts.model import LIVE_SESSIONS
from neoforge.dynamodb.client import get_client
from neoforge.dynamodb.item import Item
from scripts.proof.bench.counting import counted
from tests.api import Response, call, routes
from tests.callers import put_items
from tests.proof.engine.dynamodb import Engine, census, rows
from tests.proof.engine.scenarios import same
from tests.proof.engine.workers import Fleet, Invocation
from tests.proof.faults.invariants import Table, hold
from tests.proof.faults.kinds import Kind, deliver
from tests.proof.faults.writes import Write, left

TRIES = 4  # of a client
LOCK_SECONDS = 11  # after which no function that ran at first runs any more
OWNER = "owner@example.com"
EVENTUALLY = {408, 425, 429, 500, 502, 503, 504}  # what a client asks again after


@dataclass(frozen=True, slots=True)
class Recording:
    """A write that went well: the table before it, what is asked, and the calls that it made."""

    before: list[dict[str, Any]]
    request: Invocation
    left: list[str]
    operations: list[str]


def record(write: Write) -> Recording:
    """Prepare a write and let it go well. Leaves the table as it is then."""
    request = write.prepare()
    before, expected = _scan(), left(write, census())
    client = Client(write, request, expected, tries=1)
    Table(rows()).check()
    with counted() as calls:
        answer = request.answer()
    client.check([answer])
    return Recording(before, request, expected, calls.operations)


def restore(recording: Recording, engine: Engine) -> None:
    """Copy what there was before the write into an empty table of its own."""
    engine.another()
    put_items(recording.before)


def run(write: Write, recording: Recording, kind: Kind, number: int, fleet: Fleet) -> None:
    """Run a case. Raises AssertionError, with what does not hold."""
    client = Client(write, recording.request, recording.left, tries=1)
    faulty = replace(recording.request, fault=(kind.name, number))
    heard: list[Response] = []  # final answers

    def retry() -> None:
        Table(rows()).check()
        heard.append(client.retry())

    first = fleet.faulty(faulty, retry)
    held = fleet.held
    # A job that fails is run again by what has fired it.
    if kind.hidden(recording.operations[number - 1]) and "httpMethod" in recording.request.event:
        hold(first is not None and final(first), "the SDK or we try again, and the caller does not notice", first)
    if first is not None and final(first):
        heard.append(first)
    elif first is not None:
        told_to_come_back(first)
    if kind.late == "before":
        deliver(held)
    if not heard:
        retry()
    if kind.late == "after":
        deliver(held)
    client.check(heard)


def final(answer: Response) -> bool:
    """Return whether a client is done with this answer."""
    return answer.status not in EVENTUALLY and not in_progress(answer)


def told_to_come_back(answer: Response) -> None:
    """Hold an answer that is not final to saying when to ask again; a job, which has no headers, is run again."""
    hold(not answer.headers or "Retry-After" in answer.headers, "it is told when to come back", answer)


def in_progress(answer: Response) -> bool:
    """Return whether the client is to wait for the end of another request."""
    return answer.status == 409 and answer.json()["type"].endswith("/request-in-progress")


class Client:
    """Asks as a client does that may have lost an answer, and looks at what there is in the end."""

    def __init__(self, write: Write, request: Invocation, left: list[str], tries: int) -> None:
        self._case, self._request, self._left, self._tries = write.case, request, left, tries
        self._sessions = len(_sessions(rows())) if self._case.begins_session else 0
        headers = request.event.get("headers", {})
        self._keyed = "Idempotency-Key" in headers
        self._token = headers.get("Authorization", "").removeprefix("Bearer ") or None

    def retry(self) -> Response:
        """Ask until there is an answer, and wait when told to."""
        waited = 0
        for _ in range(TRIES):
            with ahead(waited):
                answer = self._ask()
            if final(answer):
                return answer
            told_to_come_back(answer)
            waited += LOCK_SECONDS if in_progress(answer) else 1
        raise AssertionError(f"does not hold: a retry comes to an end: {answer}")

    def check(self, heard: list[Response]) -> None:
        """Look whether the answers are those of one request, and so is what is left."""
        known, allowed = len(heard), {self._case.status, self._case.again or self._case.status}
        if not self._case.begins_session:
            heard.append(self._ask())  # which changes nothing
        hold({answer.status for answer in heard} <= allowed, f"the answer is {self._case.status}", heard)
        if self._keyed and not self._case.again:
            hold(heard[-1].headers.get("Idempotent-Replayed") == "true", "it is replayed", heard[-1])
        once = not (self._case.again or self._case.begins_session)
        hold(not once or len({_told(answer) for answer in heard}) == 1, "each is told the same", heard)
        self._read_back(heard[0])
        found = rows()
        Table(found).check()
        if self._case.begins_session:
            self._count(heard, _sessions(found), self._tries - known)
        else:
            left = census(found)
            hold(left == self._left, f"this is left: {self._left}", left)
        self._try_doors()

    def _ask(self) -> Response:
        self._tries += 1
        return self._request.answer()

    def _count(self, heard: list[Response], found: set[str], unheard: int) -> None:
        """Look at the sessions: those that somebody was told of, and at most one more for each answer not heard."""
        known = {answer.json()["session"]["id"] for answer in heard}
        hold(known <= found, "who was told of a session has it", (known, found))
        least = min(self._sessions + len(known), LIVE_SESSIONS)
        most = min(least + unheard, LIVE_SESSIONS)
        hold(least <= len(found) <= most, f"there are {least} to {most} sessions", found)

    def _try_doors(self) -> None:
        """Ask who is let in, where that is what was changed. Last, as it leaves traces."""
        resource = self._request.event.get("resource")
        if resource == "/v1/auth/logout":
            hold(call("GET", "/v1/account", token=self._token).status == 401, "who has logged out is out", self._token)
        elif resource == "/v1/account/password":
            sent = json.loads(self._request.event["body"])
            for password, status in ((sent["new_password"], 200), (sent["current_password"], 401)):
                answer = call("POST", "/v1/auth/login", body={"email": OWNER, "password": password})
                hold(answer.status == status, "the new password lets in, and the old one does not", answer)

    def _read_back(self, answer: Response) -> None:
        """Ask the API for what was written."""
        method, path, resource = (self._request.event.get(name, "") for name in ("httpMethod", "path", "resource"))
        if answer.status == 200 and "access_token" in answer.text:
            read = call("GET", "/v1/account", token=answer.json()["access_token"])
            hold(read.status == 200, "a token lets in", read)
        elif method == "POST" and self._token and (location := answer.headers.get("Location")):
            read = call("GET", location[location.index("/v1/") :], token=self._token)
            hold(read.text == answer.text, "what was made is there", read)
        elif method in {"PATCH", "DELETE"} and ("GET", resource) in routes():
            read = call("GET", path, token=self._token)
            gone = read.status == 404 and answer.status == 204
            hold(gone or read.text == answer.text, "what was changed is so", read)


def _told(answer: Response) -> Any:
    """What must be equal in all answers: of a refresh the tokens, as their time runs down; of a failure, the status."""
    if answer.status >= 400 or not answer.headers:
        return answer.status
    if "access_token" in answer.text:
        return answer.json()["access_token"], answer.json()["refresh_token"]
    status, text, headers = same(answer)
    return status, text, tuple(headers.items())


def _sessions(found: list[dict[str, Any]]) -> set[str]:
    return {row["sk"].removeprefix("SESSION#") for row in found if row["sk"].startswith("SESSION#")}


def _scan() -> list[dict[str, Any]]:
    return list(get_client().scan(TableName=Item.Meta.table_name, ConsistentRead=True)["Items"])


@contextmanager
def ahead(seconds: float) -> Iterator[None]:
    """Move the clock forward."""
    now = clock.now
    clock.now = lambda: now() + seconds
    try:
        yield
    finally:
        clock.now = now
