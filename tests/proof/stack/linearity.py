"""Asks the deployed API what the model can answer, and writes down when."""

import time
from dataclasses import dataclass
from typing import Any

from scripts.api import Api, Response
from tests.proof.linearity.model import (
    Answer,
    Create,
    Delete,
    FirstPage,
    LaterPage,
    Patch,
    Read,
    Request,
    State,
    canonical,
)
from tests.proof.linearity.search import Call

PAGES = 4  # of a walk at most


@dataclass(frozen=True)
class Recorder:
    """An account that asks."""

    api: Api
    token: str

    def one(self, request: Request) -> list[Call]:
        """Ask for what needs no cursor."""
        return [self._recorded(request, *_written(request))[0]]

    def walk(self, size: int) -> list[Call]:
        """Ask for a page and for those that follow."""
        calls, path = [], f"/v1/projects?page_size={size}"
        request: Request = FirstPage(size)
        for number in range(2, PAGES + 2):
            call, answer = self._recorded(request, "GET", path, None, {})
            calls.append(call)
            if answer.status != 200 or (cursor := answer.json()["next_cursor"]) is None:
                break
            path = f"/v1/projects?cursor={cursor}"
            request = LaterPage(size, number, behind=answer.json()["items"][-1]["id"])
        return calls

    def _recorded(
        self, request: Request, method: str, path: str, body: Any, headers: dict[str, str]
    ) -> tuple[Call, Response]:
        sent = headers if request.key is None else headers | {"Idempotency-Key": request.key}
        started = time.monotonic()
        answer = self.api.request(method, path, token=self.token, body=body, headers=sent)
        return Call(request, _seen(answer), started, time.monotonic()), answer


@dataclass(frozen=True)
class Wish:
    """A request before it is known what there is. project: how many there are newer ones."""

    kind: str
    project: int = 0
    name: str | None = None
    condition: int | None = None  # how far the version or revision that it names is from the present one
    key: str | None = None

    def request(self, known: list[str], state: State) -> Request:
        """Ask for one of the projects that were ever made, `known` newest first."""
        wanted = known[self.project % len(known)]
        found = state.find(wanted)
        version = None if self.condition is None else (found.version if found else 1) + self.condition
        if self.kind == "create":
            return Create(self.name or "new", self.key)
        if self.kind == "patch":
            return Patch(wanted, self.name, version, self.key)
        if self.kind == "delete":
            return Delete(wanted, version, self.key)
        if self.kind == "read":
            return Read(wanted, version)
        return FirstPage(2, None if self.condition is None else state.revision + self.condition)


def _written(request: Request) -> tuple[str, str, Any, dict[str, str]]:
    """Write a request as HTTP: method, path, body and headers."""
    match request:
        case Create(name=name):
            return "POST", "/v1/projects", {"name": name}, {}
        case Patch(id=project_id, if_match=version):
            return "PATCH", f"/v1/projects/{project_id}", request.change, _tag("If-Match", '"v{}"', version)
        case Delete(id=project_id, if_match=version):
            return "DELETE", f"/v1/projects/{project_id}", None, _tag("If-Match", '"v{}"', version)
        case Read(id=project_id, if_none_match=version):
            return "GET", f"/v1/projects/{project_id}", None, _tag("If-None-Match", '"v{}"', version)
        case FirstPage(size=size, if_none_match=revision):
            return "GET", f"/v1/projects?page_size={size}", None, _tag("If-None-Match", 'W/"r{}"', revision)
    raise TypeError(request)


def _tag(header: str, form: str, number: int | None) -> dict[str, str]:
    return {} if number is None else {header: form.format(number)}


def _seen(answer: Response) -> Answer:
    """Keep what is compared."""
    body: Any = answer.json() if answer.body else None
    if answer.status >= 400:
        return Answer(answer.status, body["type"].rpartition("/")[2])
    for cursor in {"next_cursor", "previous_cursor"} & (body or {}).keys():
        body[cursor] = True if body[cursor] else None
    location = answer.headers.get("Location", "")
    return Answer(
        answer.status,
        canonical(body) if body is not None else "",
        answer.headers.get("ETag", ""),
        location[location.find("/v1/") :],
        "Idempotent-Replayed" in answer.headers,
    )


def told(calls: list[Call]) -> str:
    """Write calls down for a human, in the order in which they began."""
    first = min(call.started for call in calls)
    lines = (
        f"{(call.started - first) * 1000:6.0f} to {(call.ended - first) * 1000:6.0f} ms: {call.request}\n{call.answer}"
        for call in sorted(calls, key=lambda call: call.started)
    )
    return "\n".join(lines)
