"""The actions granted to a function are those that it uses: no more, and no fewer."""

from fnmatch import fnmatchcase

import pytest

from scripts.build.template import Json
from tests.api import functions, granted_actions, route_of, statements
from tests.catalog import ENDPOINTS, FUNCTIONS
from tests.catalog.model import EVERYBODY
from tests.contract.database.recording import Recorded, recordings

BY_STATUS = {"TICKET"}  # kinds that have a feed for each status


@pytest.mark.parametrize("logical_id", functions())
def test_a_function_is_granted_what_it_uses(logical_id: str) -> None:
    handler = functions()[logical_id]["Handler"].removesuffix(".handler")
    used = frozenset[str]().union(*(one.actions for one in recordings(handler)))
    assert used == granted_actions(handler), f"Policies of {logical_id} in template.yaml"


@pytest.mark.parametrize("logical_id", functions())
def test_a_function_is_granted_the_partitions_that_it_uses(logical_id: str) -> None:
    """The emulator ignores this condition, so what it allows is compared with what was asked for."""
    handler = functions()[logical_id]["Handler"].removesuffix(".handler")
    granted = {pattern for one in statements(handler) for pattern in patterns(one)}
    assert granted == leading_keys(handler), f"dynamodb:LeadingKeys of {logical_id} in template.yaml"


def test_only_functions_that_take_a_password_may_read_a_credential() -> None:
    key = f"EMAIL#{'0' * 64}"
    allowed = {
        handler
        for handler in FUNCTIONS
        for one in statements(handler)
        if any(action.startswith("dynamodb:") for action in one["Action"])
        and any(fnmatchcase(key, pattern) for pattern in patterns(one) or ["*"])
    }
    assert allowed == {"account.change_password", "auth.login", "auth.register", "schedules.purge_expired"}


@pytest.mark.parametrize(
    "handler", [name for name, row in ENDPOINTS.items() if row.access == EVERYBODY and route_of(name)[0] == "GET"]
)
def test_what_everybody_may_read_is_in_no_partition_of_an_account(handler: str) -> None:
    """There are access items, sessions and e-mail addresses; and who asks for lists would read from its throughput."""
    assert leading_keys(handler).isdisjoint({"USER#*", "EMAIL#*"})


def leading_keys(handler: str) -> set[str]:
    """Return patterns of the partition keys that a function was seen to use; none for one that scans the table."""
    if any("Scan" in one.operations for one in recordings(handler)):
        return set()
    return {_pattern(pk) for one in recordings(handler) for pk in one.partitions}


def _pattern(pk: str) -> str:
    """Return a pattern: SERVICE#*, STATUS; of a feed FEED#POST#*, and FEED#*TICKET#* for those by status too."""
    place, *rest = pk.split("#")
    if place == "FEED":
        kind = rest[0].rpartition("-")[2]
        return f"FEED#*{kind}#*" if kind in BY_STATUS else f"FEED#{kind}#*"
    return f"{place}#*" if rest else pk


def patterns(statement: Json) -> list[str]:
    found: list[str] = statement.get("Condition", {}).get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys", [])
    return found


def test_a_transaction_is_checked_item_by_item() -> None:
    sent: list[Json] = [
        {"operation": "UpdateItem"},
        {"operation": "TransactWriteItems", "TransactItems": [{"Put": {}}, {"Delete": {}}]},
    ]
    actions = Recorded("", "", 200, sent).actions
    assert actions == {f"dynamodb:{name}" for name in ("PutItem", "UpdateItem", "DeleteItem")}
