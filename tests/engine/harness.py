"""One engine for the package under test: its client, a fresh account for each test, a look at what is left."""

import itertools
import secrets
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import botocore.session
from argon2 import PasswordHasher

from neoforge import table
from neoforge.accounts import passwords, repository, sessions
from neoforge.accounts.model import Account, NewAccount
from neoforge.api import records
from neoforge.table import Item
from neoforge.work import UnitOfWork
from tests.support import PASSWORD, create_table

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # a hash in no time: races are for the database
EMAIL = "ada@example.com"
_accounts = itertools.count(secrets.randbelow(800_000_000_000) + 100_000_000_000)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account and a live session."""

    user_id: str
    session_id: str
    token: str
    refresh_token: str

    def again(self) -> "Person":
        """The same with one more session."""
        return _begin(self.user_id)


class Engine:
    """A DynamoDB engine, which holds apart the tables of callers with different access keys."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.account = ""  # the access key in use: twelve digits, which the engines take for an account of its own
        self._session = botocore.session.get_session()  # loads the SDK's model once

    def use(self, account: str) -> None:
        """Point the package under test at an account, with a new client at both places that hold it."""
        self.account = account
        self._session.set_credentials(account, "test")
        connection: Any = Item._get_connection().connection
        client: Any = self._session.create_client(
            "dynamodb",
            "us-east-1",
            endpoint_url=self.endpoint,
            config=connection.client.meta.config,  # time-outs and retries as in Lambda
        )
        connection._client = records.records.client = client

    def fresh(self) -> None:
        """Point the package under test at an account that nobody has used, with an empty table."""
        self.use(str(next(_accounts)))
        with suppress(table.client().exceptions.ResourceInUseException):  # made by a try that was answered too late
            create_table(table.client())


def sign_in(email: str = EMAIL) -> Person:
    """Make an account with a session, without the calls of a registration and a login."""
    draft = NewAccount.model_validate({"email": email, "password": PASSWORD, "display_name": "Ada"})
    account, work = Account.new(draft), UnitOfWork()
    repository.create(work, account, passwords.hashed(PASSWORD))
    work.commit()
    return _begin(account.id)


def _begin(user_id: str) -> Person:
    tokens = sessions.begin(user_id, "pytest", "192.0.2.1")
    return Person(user_id, tokens.session.id, tokens.access_token, tokens.refresh_token)


def rows() -> list[dict[str, Any]]:
    """Every item of the table."""
    found = []
    for page in table.client().get_paginator("scan").paginate(TableName=Item.Meta.table_name, ConsistentRead=True):
        found += [{name: next(iter(value.values())) for name, value in row.items()} for row in page["Items"]]
    return found


def census() -> list[str]:
    """What the table holds, an item a line: its kind and what is counted in it, but not requests and guesses."""
    counted = ("version", "total", "revision", "status")
    return sorted(
        " ".join([row["sk"].split("#")[0], *(f"{name}={row[name]}" for name in counted if name in row)])
        for row in rows()
        if row["sk"].split("#")[0] not in {"RATE", "SOURCE"}
    )


def live() -> list[str]:
    """The sessions of the one account, oldest first: each has an entry in the access item and an item, or neither."""
    found = rows()
    (access,) = (row for row in found if row["sk"] == "ACCESS")
    items = sorted(row["sk"].removeprefix("SESSION#") for row in found if row["sk"].startswith("SESSION#"))
    assert sorted(access["sessions"]) == items
    return items


PERSON = ["ACCESS version=2", "ACCOUNT version=1", "CREDENTIAL version=1", "SESSION version=1"]  # after sign_in
