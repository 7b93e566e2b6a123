"""The actions granted to a function are those that it uses: no more, and no fewer."""

import pytest

from scripts.build.template import Json
from tests.api import functions, granted_actions
from tests.contract.database.recording import Recorded, recordings


@pytest.mark.parametrize("logical_id", functions())
def test_a_function_is_granted_what_it_uses(logical_id: str) -> None:
    handler = functions()[logical_id]["Handler"].removesuffix(".handler")
    used = frozenset[str]().union(*(one.actions for one in recordings(handler)))
    assert used == granted_actions(handler), f"Policies of {logical_id} in template.yaml"


def test_a_transaction_is_checked_item_by_item() -> None:
    sent: list[Json] = [
        {"operation": "UpdateItem"},
        {"operation": "TransactWriteItems", "TransactItems": [{"Put": {}}, {"Delete": {}}]},
    ]
    actions = Recorded("", "", 200, sent).actions
    assert actions == {f"dynamodb:{name}" for name in ("PutItem", "UpdateItem", "DeleteItem")}
