"""What a call is made of: callers, an API to prepare with, and the request."""

import secrets
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Protocol, Self

PASSWORD = "correct horse battery staple"
ROLES = ("support", "operator", "admin")


class Answer(Protocol):
    """What is answered to a request."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def text(self) -> str: ...
    def json(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request. `body` is sent as JSON."""

    method: str
    path: str
    body: Any = None
    token: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def by(self, token: str | None) -> Self:
        """Return the same request of another caller."""
        return replace(self, token=token)

    def header(self, name: str, value: str) -> Self:
        """Return the same request with a header."""
        return replace(self, headers={**self.headers, name: value})

    def keyed(self, key: str | None = None) -> Self:
        """Return the same request with an Idempotency-Key, by default a random one."""
        return self.header("Idempotency-Key", key or secrets.token_hex(16))

    def asks(self, **query: str) -> Self:
        """Return the same request with other query parameters."""
        return replace(self, query=query)


class Event(NamedTuple):
    """The event of a schedule."""

    handler: str


@dataclass(frozen=True, slots=True)
class Session:
    """A caller with a session, or without one."""

    email: str = ""
    user_id: str = ""
    id: str = ""
    token: str | None = None
    refresh_token: str = ""

    @property
    def credentials(self) -> dict[str, str]:
        return {"email": self.email, "password": PASSWORD}

    def get(self, path: str, **query: str) -> Request:
        return Request("GET", path, token=self.token, query=query)

    def post(self, path: str, body: Any = None) -> Request:
        return Request("POST", path, body, self.token)

    def patch(self, path: str, body: Any) -> Request:
        return Request("PATCH", path, body, self.token)

    def delete(self, path: str) -> Request:
        return Request("DELETE", path, token=self.token)


class World(ABC):
    """Callers of one API. Each is signed up when it is first named."""

    nobody = Session()

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}

    @abstractmethod
    def send(self, request: Request | Event) -> Answer:
        """Return the answer to a request."""

    @abstractmethod
    def sign_up(self, name: str) -> Session:
        """Register an account and begin a session of it."""

    @abstractmethod
    def grant(self, email: str, role: str) -> None:
        """Grant a role."""

    @abstractmethod
    def put_item(self, pk: str, sk: str, *, expires_at: int) -> None:
        """Put an item that only expires into the table."""

    def new_email(self) -> str:
        """Return an address that nobody has."""
        return f"{secrets.token_hex(8)}@example.com"

    def caller(self, name: str) -> Session:
        """Return the session of owner, other, support, operator or admin."""
        if name not in self._sessions:
            self._sessions[name] = session = self.sign_up(name)
            if name in ROLES:
                self.grant(session.email, name)
        return self._sessions[name]

    @property
    def owner(self) -> Session:
        return self.caller("owner")

    @property
    def other(self) -> Session:
        return self.caller("other")

    @property
    def support(self) -> Session:
        return self.caller("support")

    @property
    def operator(self) -> Session:
        return self.caller("operator")

    @property
    def admin(self) -> Session:
        return self.caller("admin")

    def done(self, request: Request) -> Any:
        """Send a request that has to succeed; return the JSON of its answer."""
        answer = self.send(request)
        assert 200 <= answer.status < 300, f"{request.method} {request.path}: {answer.status} {answer.text}"
        return answer.json() if answer.text else None

    def create(self, by: Session, path: str, body: Any) -> str:
        """Create a resource; return its path."""
        return f"{path}/{self.done(by.post(path, body))['id']}"

    def log_in(self, session: Session) -> Session:
        """Begin one more session of an account."""
        tokens = self.done(self.nobody.post("/v1/auth/login", session.credentials))
        return replace(
            session, id=tokens["session"]["id"], token=tokens["access_token"], refresh_token=tokens["refresh_token"]
        )

    def fail_login(self, session: Session) -> None:
        """Try a wrong password."""
        wrong = session.credentials | {"password": "wrong"}
        assert self.send(self.nobody.post("/v1/auth/login", wrong)).status == 401

    def follow(self, request: Request, *cursors: str) -> Request:
        """Return the request of the page that these cursors lead to, one after the other, in pages of one item."""
        page = request.asks(**request.query, page_size="1")
        for cursor in cursors:
            page = request.asks(**request.query, cursor=self.done(page)[cursor])
        return page

    def unchanged(self, request: Request) -> Request:
        """Return the same request on the condition that its answer has changed since."""
        return request.header("If-None-Match", self.send(request).headers["ETag"])

    def replayed(self, request: Request) -> Request:
        """Send a request that has a key, and return it to be sent again."""
        self.done(request)
        return request
