"""A unit of work, on a client that returns prepared answers."""

from collections.abc import Callable

import pytest

from neoforge.dynamodb import transaction
from neoforge.dynamodb.expressions import Update
from neoforge.dynamodb.item import Item
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.errors import NotFound, PreconditionFailed
from tests.unit.helpers import FakeClient

CANCELLED = "TransactionCanceledException"
FAILED = "ConditionalCheckFailed"

Use = Callable[..., FakeClient]


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Use:
    def answer(*answers: Exception | None) -> FakeClient:
        fake = FakeClient(*answers)
        monkeypatch.setattr(transaction, "get_client", fake.client)
        return fake

    return answer


def three() -> UnitOfWork:
    """A put, a delete and an update, of which the first two say by themselves what their failed condition means."""
    work = UnitOfWork()
    work.put(Item("a", "1"), Item.pk.does_not_exist(), lambda found: KeyError(found and found.sk))
    work.delete(Item("a", "2"), Item.pk.exists(), lambda found: PreconditionFailed() if found else NotFound())
    work.update(Update("a", "3", "ADD #total :by", {":by": 1}, {"#total": "total"}))
    return work


def tokens(fake: FakeClient) -> list[str]:
    """Return the ClientRequestTokens of the calls."""
    return [parameters["ClientRequestToken"] for _, parameters in fake.calls]
