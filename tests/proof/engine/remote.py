"""An engine that is not ours: AWS's own, or that of an emulator which somebody else runs.

It is asked for by ENGINE_PROFILE, a profile of the machine's AWS configuration, or by ENGINE_ENDPOINT, a URL. Unlike
our engines it may cost money, take its time and know one account only: so there is one table, of a name that nobody
else has (tests/conftest.py), emptied for each test and deleted at the end.
"""

import os
from typing import Any, override

import botocore.session

from neoforge.dynamodb.client import get_client
from neoforge.dynamodb.item import Item
from tests.api import create_table
from tests.proof.engine.dynamodb import Engine, rows

# make sets both, one of them to nothing.
PROFILE, ENDPOINT = os.environ.get("ENGINE_PROFILE") or None, os.environ.get("ENGINE_ENDPOINT") or None
NAME = "elsewhere"
NAMES = [NAME] if PROFILE or ENDPOINT else []


class Elsewhere(Engine):
    """Reached with the profile's credentials, Region and endpoint, or at the URL as LocalStack expects it."""

    def __init__(self) -> None:
        super().__init__(NAME)
        self._session = botocore.session.Session(profile=PROFILE)
        self._session.set_config_variable("region", self._session.get_scoped_config().get("region", "us-east-1"))
        if not PROFILE:
            self._session.set_credentials("test", "test")

    @override
    def use(self, account: str) -> None:
        self.account = NAME
        self._point(self._session.get_config_variable("region"), ENDPOINT)

    @override
    def switch(self, account: str) -> None:
        if not self.account:
            self.use(account)

    @override
    def _make_table(self) -> None:
        """Create the table, or empty it."""
        client, name = get_client(), Item.Meta.table_name
        try:
            create_table(client)
            client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 120})
        except client.exceptions.ResourceInUseException:
            with Item.batch_write() as batch:
                for row in rows():
                    batch.delete(Item(row["pk"], row["sk"]))

    @override
    def close(self) -> None:
        """Delete the table, also after a failure."""
        self.use(NAME)
        client: Any = get_client()
        client.delete_table(TableName=Item.Meta.table_name)
        client.get_waiter("table_not_exists").wait(TableName=Item.Meta.table_name)


def engine_at(endpoint: str) -> Engine:
    """Return the engine of an endpoint, here and in the processes of the fleet."""
    return Elsewhere() if endpoint == NAME else Engine(endpoint)
