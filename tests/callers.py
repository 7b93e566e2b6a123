"""Callers of the handlers in this process, on moto's table or on an engine: no server, and no calls to sign up."""

import dataclasses
import importlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import batched
from typing import Any

import pytest
from argon2 import PasswordHasher
from moto import mock_aws

from neoforge import clock
from neoforge.accounts import passwords, repository, sessions
from neoforge.accounts.model import ACCESS_TOKEN_SECONDS, Account, NewAccount
from neoforge.accounts.roles import grant
from neoforge.dynamodb.client import get_client
from neoforge.dynamodb.item import Item
from neoforge.dynamodb.transaction import UnitOfWork
from tests.api import Context, Response, call, create_table
from tests.catalog.model import CALLERS
from tests.catalog.world import PASSWORD, Event, Request, Session, World

EMAIL = "ada@example.com"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # tests/unit sees to the real parameters


class Local(World):
    """Calls handlers in this process. `prefix`: of the callers' addresses, so that two worlds share one table."""

    def __init__(self, prefix: str = "") -> None:
        super().__init__()
        self._prefix = prefix

    def send(self, request: Request | Event) -> Response:
        if isinstance(request, Event):
            module: Any = importlib.import_module(request.handler)
            return Response(200, {}, json.dumps(module.handler({}, Context(300_000))))
        return call(
            request.method,
            request.path,
            body=request.body,
            token=request.token,
            headers=request.headers,
            query=request.query,
        )

    def sign_up(self, name: str) -> Session:
        return sign_in(f"{self._prefix}{name}@example.com")

    def grant(self, email: str, role: str) -> None:
        grant(email, role)  # type: ignore[arg-type]  # it is one of them

    def put_item(self, pk: str, sk: str, *, expires_at: int) -> None:
        Item(pk, sk, expires_at=expires_at).save()

    def token_of(self, caller: str) -> str | None:
        """Return the token of a caller of the access matrix."""
        match caller:
            case "anonymous":
                return None
            case "revoked":
                session = begin_session(self.owner)
                self.done(session.post("/v1/auth/logout"))
                return session.token
            case "expired":
                with pytest.MonkeyPatch.context() as patch:
                    then = clock.now() - ACCESS_TOKEN_SECONDS - 1
                    patch.setattr(clock, "now", lambda: then)
                    return begin_session(self.owner).token
            case _:
                return self.caller(caller).token

    def tokens(self) -> dict[str, str | None]:
        """Return the token of each caller of the access matrix."""
        return {caller: self.token_of(caller) for caller in CALLERS}


def sign_in(email: str = EMAIL) -> Session:
    """Create an account with a session, without the calls of a registration and a login."""
    draft = NewAccount.model_validate({"email": email, "password": PASSWORD, "display_name": "Ada"})
    account, work = Account.new(draft), UnitOfWork()
    repository.create(work, account, passwords.hashed(PASSWORD))
    work.commit()
    return begin_session(Session(email, account.id))


def begin_session(session: Session) -> Session:
    """Begin one more session of an account."""
    tokens = sessions.begin(session.user_id, "pytest", "192.0.2.1")
    return dataclasses.replace(
        session, id=tokens.session.id, token=tokens.access_token, refresh_token=tokens.refresh_token
    )


def stored() -> list[dict[str, Any]]:
    """Return everything that is stored, without the counts of requests."""
    found = get_client().scan(TableName=Item.Meta.table_name)["Items"]
    uncounted = [{name: value for name, value in item.items() if "#" not in name} for item in found]
    return [item for item in uncounted if item["sk"]["S"] != "RATE"]


def put_items(items: Iterable[dict[str, Any]]) -> None:
    """Put items as they were."""
    for batch in batched(items, 25, strict=False):  # as many as DynamoDB takes
        puts = [{"PutRequest": {"Item": item}} for item in batch]
        get_client().batch_write_item(RequestItems={Item.Meta.table_name: puts})


@contextmanager
def empty_table() -> Iterator[None]:
    """Create the table on moto, where passwords are hashed in no time; it is gone at the end."""
    with mock_aws(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", QUICK)
        create_table(get_client())
        yield
