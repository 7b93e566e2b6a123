"""A caller in this process, and what it was told."""

import random
from collections.abc import Iterator

import boto3
import pytest

from neoforge.settings import settings
from scripts.proof.soak.compare import DERIVED, differences, table_items
from scripts.proof.soak.kinds import Json, Kind
from scripts.proof.soak.ledger import KINDS, Ledger, prefix_of
from tests.callers import Local, empty_table


class Client:
    """An account that may do everything, and its ledger."""

    def __init__(self) -> None:
        self._world, self._dice = Local(), random.Random(1)  # noqa: S311 - nothing secret
        self._owner = self._world.owner
        self._world.grant(self._owner.email, "operator")
        self.ledger = Ledger(self._world.done(self._owner.get("/v1/account")), sessions={self._owner.id})

    def create(self, kind: Kind, text: str) -> Json:
        """Create a resource. The ledger does not know it yet."""
        body = {kind.text: text, **kind.draft(self._dice)}
        created: Json = self._world.done(self._owner.post(kind.path, body))
        return created

    def patch(self, document: Json, change: Json) -> None:
        """Change a resource. The ledger does not know of it."""
        path = f"{KINDS[prefix_of(document)].path}/{document['id']}"
        self._world.done(self._owner.patch(path, change))

    def tell(self, document: Json) -> None:
        self.ledger.resources[document["id"]] = document

    def compare(self) -> list[str]:
        return differences([self.ledger], table_items(boto3.client("dynamodb"), settings.table_name))

    def compare_resources(self) -> list[str]:
        """Compare all but what follows from resources."""
        return [one for one in self.compare() if not one.startswith(tuple(f"{pk}: " for pk in DERIVED))]


@pytest.fixture
def client() -> Iterator[Client]:
    """An account that was told of two resources of each kind."""
    with empty_table():
        client = Client()
        for kind in KINDS.values():
            for number in (1, 2):
                client.tell(client.create(kind, f"{kind.prefix}{number}"))
        yield client
