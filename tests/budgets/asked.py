"""What the requests of the budgets are made of: an account, what it asks, and what that costs."""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from neoforge.dynamodb.client import get_client
from scripts.proof.bench.counting import Calls, counted
from tests.api import PASSWORD, Context, call, register_and_login

KEY = {"Idempotency-Key": "k"}
ADA = {"email": "ada@example.com", "password": PASSWORD}
GRACE = {"email": "grace@example.com", "password": PASSWORD, "display_name": "Grace"}
NEXT = "a much better horse battery"
PROJECTS, SESSIONS, ACCOUNT = "/v1/projects", "/v1/auth/sessions", "/v1/account"
OTHERS, PASSWORDS = f"{SESSIONS}/revoke-others", f"{ACCOUNT}/password"
NO_SESSION = "ses_01a20538-11bf-7304-bb36-19bcf1775ed8"
CSP = {"Content-Type": "application/csp-report"}
REPORT = {"csp-report": {"document-uri": "https://app.example.com/", "violated-directive": "img-src"}}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request and the status of its answer."""

    method: str
    path: str
    status: int
    given: Mapping[str, Any] = field(default_factory=dict)

    def cost(self) -> Calls:
        """Make it and count its calls."""
        with counted() as calls:
            answer = call(self.method, self.path, **self.given)
        assert answer.status == self.status, answer.text
        return calls


@dataclass(frozen=True, slots=True)
class Stage:
    """Before the request: an account with a session and two projects."""

    token: str
    path: str

    def asks(self, method: str, path: str, status: int, **given: Any) -> Asked:
        """Make it a request of the account."""
        return Asked(method, path, status, {"token": self.token, **given})


def stage() -> Stage:
    """Set the stage."""
    token = register_and_login()
    made = [call("POST", PROJECTS, body={"name": "A"}, token=token).json()["id"] for _ in range(2)]
    return Stage(token, f"{PROJECTS}/{made[1]}")


@dataclass(frozen=True, slots=True)
class Fired:
    """A schedule that fires."""

    handler: str

    def cost(self) -> Calls:
        """Do its job and count its calls."""
        path, name = self.handler.rsplit(".", 1)
        module: Any = importlib.import_module(path)
        with pytest.MonkeyPatch.context() as patch:
            if "records" in vars(module):
                patch.setattr(module.records, "client", get_client())  # an engine's tests have clients of their own
            with counted() as calls:
                getattr(module, name)({}, Context(30_000))
        return calls


def twice[A: (Asked, Fired)](asked: A) -> A:
    """Let the same have been asked before, with the same key."""
    asked.cost()
    return asked


Requests = dict[tuple[str, str], Callable[[Stage], Asked | Fired]]
