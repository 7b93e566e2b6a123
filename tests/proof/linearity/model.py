"""A sequential model of one account's projects: what the API may answer while requests come one after the other.

A request is one step or more, each of which happens in one moment. A step is given the answer that was seen: it gives
the state behind it, or None if the model would have answered otherwise. What only the server can choose, such as ids
and times, is taken from the answer.
"""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Self


class Answer(NamedTuple):
    """What of an answer is compared. body: canonical JSON, a cursor being true; of an error the name of its problem."""

    status: int
    body: str = ""
    etag: str = ""
    location: str = ""
    replayed: bool = False


class Project(NamedTuple):
    """A project as every answer must show it. text: the whole of it, as canonical JSON."""

    id: str
    version: int
    text: str

    @classmethod
    def of(cls, document: Any) -> Self:
        return cls(document["id"], document["version"], canonical(document))

    @property
    def answer(self) -> Answer:
        return Answer(200, self.text, f'"v{self.version}"')

    def changed(self, change: dict[str, Any], answer: Answer) -> "Project | None":
        """Return what a change makes of it; None if that is not what was answered."""
        document = json.loads(self.text)
        if answer.status != 200:
            return None
        after = self
        if not change.items() <= document.items():
            updated_at = json.loads(answer.body)["updated_at"]
            if updated_at < document["updated_at"]:
                return None
            after = Project.of(document | change | {"updated_at": updated_at, "version": self.version + 1})
        return after if answer == after.answer else None


@dataclass(frozen=True)
class State:
    """Everything that an account can see. projects: newest first. answered: requests and first answers, by key."""

    projects: tuple[Project, ...] = ()
    revision: int = 0
    answered: frozenset[tuple[tuple[str, str], "Request", Answer]] = frozenset()

    def find(self, project_id: str) -> Project | None:
        return next((project for project in self.projects if project.id == project_id), None)

    def without(self, project_id: str) -> "State":
        return self._next(project for project in self.projects if project.id != project_id)

    def having(self, project: Project) -> "State":
        return self._next((*self.without(project.id).projects, project))

    def _next(self, projects: Any) -> "State":
        ordered = tuple(sorted(projects, key=lambda project: project.id, reverse=True))
        return replace(self, projects=ordered, revision=self.revision + 1)

    @property
    def etag(self) -> str:
        return f'W/"r{self.revision}"'


Step = Callable[[State, Answer], State | None]


class Request:
    """What an account asks for. Two that are equal ask for the same."""

    key: str | None = None

    @property
    def steps(self) -> tuple[Step, ...]:
        return (self._once,)

    @property
    def scope(self) -> tuple[str, str]:
        """Return the requests among which the key means the same one: those of a route."""
        return type(self).__name__, self.key or ""

    def apply(self, state: State, answer: Answer) -> State | None:
        """Run it without regard to its key."""
        raise NotImplementedError

    def _once(self, state: State, answer: Answer) -> State | None:
        if self.key is None:
            return self.apply(state, answer)
        for scope, request, first in state.answered:
            if scope == self.scope:
                expected = first._replace(replayed=True) if request == self else Answer(422, "idempotency-key-reused")
                return _if(answer == expected, state)
        after = self.apply(state, answer)
        if after is None or answer.status >= 400:
            return after
        return replace(after, answered=after.answered | {(self.scope, self, answer)})


@dataclass(frozen=True)
class Create(Request):
    name: str
    key: str | None = None

    def apply(self, state: State, answer: Answer) -> State | None:
        if answer.status != 201:
            return None
        document = json.loads(answer.body)
        made = Project.of(
            {
                "id": document["id"],
                "name": self.name,
                "description": None,
                "created_at": document["created_at"],
                "updated_at": document["created_at"],
                "version": 1,
            }
        )
        expected = made.answer._replace(status=201, location=f"/v1/projects/{made.id}")
        return _if(answer == expected and not state.find(made.id), state.having(made))


@dataclass(frozen=True)
class Patch(Request):
    """name: None for an empty patch. if_match: a version."""

    id: str
    name: str | None
    if_match: int | None = None
    key: str | None = None

    @property
    def change(self) -> dict[str, Any]:
        return {} if self.name is None else {"name": self.name}

    def apply(self, state: State, answer: Answer) -> State | None:
        before = state.find(self.id)
        if before is None or self.if_match not in {None, before.version}:
            return _if(answer == _refusal(before), state)
        after = before.changed(self.change, answer)
        if after is None or after == before:
            return after and state
        return state.having(after)


@dataclass(frozen=True)
class Delete(Request):
    id: str
    if_match: int | None = None
    key: str | None = None

    def apply(self, state: State, answer: Answer) -> State | None:
        before = state.find(self.id)
        if before is None or self.if_match not in {None, before.version}:
            return _if(answer == _refusal(before), state)
        return _if(answer == Answer(204), state.without(self.id))


@dataclass(frozen=True)
class Read(Request):
    """if_none_match: a version."""

    id: str
    if_none_match: int | None = None

    def apply(self, state: State, answer: Answer) -> State | None:
        found = state.find(self.id)
        expected = found.answer if found else _refusal(None)
        if found and found.version == self.if_none_match:
            expected = Answer(304, etag=found.answer.etag)
        return _if(answer == expected, state)


@dataclass(frozen=True)
class FirstPage(Request):
    """if_none_match: a revision."""

    size: int
    if_none_match: int | None = None

    def apply(self, state: State, answer: Answer) -> State | None:
        if state.revision == self.if_none_match:
            return _if(answer == Answer(304, etag=state.etag), state)
        body = {"page": 1, "page_size": self.size, "previous_cursor": None}
        expected = canonical(body | _count(state, self.size) | _window(state.projects, self.size))
        return _if(answer == Answer(200, expected, state.etag), state)


@dataclass(frozen=True)
class LaterPage(Request):
    """The page behind a project. It is read in two moments: first what it counts, so that its tag is never too new."""

    size: int
    number: int
    behind: str

    @property
    def steps(self) -> tuple[Step, ...]:
        return (self._counted, self._listed)

    def _counted(self, state: State, answer: Answer) -> State | None:
        expected = {"page": self.number, "page_size": self.size, "previous_cursor": True, **_count(state, self.size)}
        holds = (answer.status, answer.etag) == (200, state.etag)
        return _if(holds and expected.items() <= json.loads(answer.body).items(), state)

    def _listed(self, state: State, answer: Answer) -> State | None:
        older = tuple(project for project in state.projects if project.id < self.behind)
        return _if(_window(older, self.size).items() <= json.loads(answer.body).items(), state)


def canonical(document: Any) -> str:
    """Write a document in the one way in which it is compared."""
    return json.dumps(document, sort_keys=True)


def _if(holds: bool, state: State) -> State | None:
    return state if holds else None


def _refusal(found: Project | None) -> Answer:
    return Answer(412, "precondition-failed") if found else Answer(404, "not-found")


def _count(state: State, size: int) -> dict[str, Any]:
    total = len(state.projects)
    return {"total": total, "pages": math.ceil(total / size)}


def _window(projects: tuple[Project, ...], size: int) -> dict[str, Any]:
    items = [json.loads(project.text) for project in projects[:size]]
    return {"items": items, "next_cursor": True if len(projects) > size else None}
