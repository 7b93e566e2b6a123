"""One engine for the package under test: its client, a fresh account for each test, a look at what is left."""

import itertools
import secrets
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import botocore.session

from neoforge.dynamodb.client import get_client
from neoforge.dynamodb.item import Item
from tests.api import create_table

COUNTED = ("version", "total", "revision", "status")
_accounts = itertools.count(secrets.randbelow(800_000_000_000) + 100_000_000_000)


class Engine:
    """A DynamoDB engine, which holds apart the tables of callers with different access keys."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.account = ""  # the access key in use: twelve digits, which the engines take for an account of its own
        self._session = botocore.session.get_session()  # loads the SDK's model once

    def use(self, account: str) -> None:
        """Point the package under test at an account, with a new client wherever one is held."""
        self.account = account
        self._session.set_credentials(account, "test")
        self._point("us-east-1", self.endpoint)

    def _point(self, region: str, endpoint: str | None) -> None:
        connection: Any = Item._get_connection().connection
        client: Any = self._session.create_client(
            "dynamodb",
            region,
            endpoint_url=endpoint,
            config=connection.client.meta.config,  # time-outs and retries as in Lambda
        )
        connection._client = client

    def switch(self, account: str) -> None:
        """Point the client in use at another account, which takes no time; on the first use, make it."""
        if not self.account:
            self.use(account)
        credentials: Any = self._session.get_credentials()
        self.account = credentials.access_key = account

    def fresh(self) -> None:
        """Point the package under test at an account that nobody has used, with an empty table and a new client."""
        self.use(str(next(_accounts)))
        self._make_table()

    def another(self) -> None:
        """The same with the client in use."""
        self.switch(str(next(_accounts)))
        self._make_table()

    def close(self) -> None:
        """Leave nothing behind: our own engines end with all that is in them."""

    def _make_table(self) -> None:
        with suppress(get_client().exceptions.ResourceInUseException):  # made by a try that was answered too late
            create_table(get_client())


def rows() -> list[dict[str, Any]]:
    """Every item of the table."""
    found = []
    for page in get_client().get_paginator("scan").paginate(TableName=Item.Meta.table_name, ConsistentRead=True):
        found += [{name: next(iter(value.values())) for name, value in row.items()} for row in page["Items"]]
    return found


def census(found: Sequence[dict[str, Any]] | None = None) -> list[str]:
    """What the table holds, or these items, one a line: its kind and what is counted in it; not requests and guesses.

    The shards of a feed are one line, as it is chance which of them holds what.
    """
    lines, feeds = [], defaultdict[str, Counter[str]](Counter)
    for row in rows() if found is None else found:
        kind, counted = _kind(row), {name: row[name] for name in COUNTED if name in row}
        if kind.startswith("FEED ") and "total" in row:
            feeds[kind].update({name: int(value) for name, value in counted.items()})
        elif kind not in {"RATE", "SOURCE"}:
            lines.append(_line(kind, counted))
    return sorted([*lines, *(_line(kind, counted) for kind, counted in feeds.items())])


def _line(kind: str, counted: Mapping[str, object]) -> str:
    return " ".join([kind, *(f"{name}={value}" for name, value in counted.items())])


def _kind(row: dict[str, Any]) -> str:
    place, kind = row["pk"].split("#"), row["sk"].split("#")[0]
    if place[0] == "FEED":
        return f"FEED {kind}"
    return f"STATE {kind}" if place[0] == "STATUS" else str(kind)


def live() -> list[str]:
    """The sessions of the one account, oldest first: each has an entry in the access item and an item, or neither."""
    found = rows()
    (access,) = (row for row in found if row["sk"] == "ACCESS")
    items = sorted(row["sk"].removeprefix("SESSION#") for row in found if row["sk"].startswith("SESSION#"))
    assert sorted(access["sessions"]) == items
    return items


PERSON = ["ACCESS version=2", "ACCOUNT version=1", "CREDENTIAL version=1", "SESSION version=1"]  # after sign_in
DONE = "IDEMPOTENCY status=COMPLETED"
