"""The actions granted to a function, and the partitions of each, are those that it uses: no more, and no fewer."""

from fnmatch import fnmatchcase

import pytest

from scripts.build.template import Json
from tests.api import functions, route_of, statements
from tests.catalog import ENDPOINTS, FUNCTIONS
from tests.catalog.model import EVERYBODY
from tests.contract.database.recording import Recorded, recordings

ANY = "*"  # of a statement without a condition on partitions
BY_STATUS = {"TICKET"}  # kinds that have a feed for each status


@pytest.mark.parametrize("logical_id", functions())
def test_a_function_is_granted_each_action_on_the_partitions_that_it_uses_it_on(logical_id: str) -> None:
    """The emulator ignores the condition on partitions, so what it allows is compared with what was asked for."""
    handler = functions()[logical_id]["Handler"].removesuffix(".handler")
    granted = {
        (action, pattern)
        for one in statements(handler)
        for action in one["Action"]
        for pattern in patterns(one) or [ANY]
    }
    assert granted == used(handler), f"Policies of {logical_id} in template.yaml"


@pytest.mark.parametrize("logical_id", functions())
def test_an_action_is_in_one_statement_of_a_function(logical_id: str) -> None:
    """So its condition allows a batch, whose keys are checked together, all that the function asks for."""
    granted = statements(functions()[logical_id]["Handler"].removesuffix(".handler"))
    actions = [action for one in granted for action in one["Action"]]
    assert len(actions) == len({*actions}), f"Policies of {logical_id} in template.yaml"
    conditions = [patterns(one) for one in granted]
    assert conditions == [sorted({*one}) for one in conditions]
    assert len(conditions) == len({*map(tuple, conditions)}), "two statements of the same partitions are one"
    assert granted == sorted(granted, key=lambda one: str(one["Action"][0]))


def test_only_functions_that_take_a_password_may_read_a_credential() -> None:
    key = f"EMAIL#{'0' * 64}"
    allowed = {
        handler
        for handler in FUNCTIONS
        for one in statements(handler)
        if any(action.startswith("dynamodb:") for action in one["Action"])
        and any(fnmatchcase(key, pattern) for pattern in patterns(one) or [ANY])
    }
    assert allowed == {"account.change_password", "auth.login", "auth.register", "schedules.purge_expired"}


@pytest.mark.parametrize(
    "handler", [name for name, row in ENDPOINTS.items() if row.access == EVERYBODY and route_of(name)[0] == "GET"]
)
def test_what_everybody_may_read_is_in_no_partition_of_an_account(handler: str) -> None:
    """There are access items, sessions and e-mail addresses; and who asks for lists would read from its throughput."""
    assert {pattern for _, pattern in used(handler)}.isdisjoint({"USER#*", "EMAIL#*"})


def used(handler: str) -> set[tuple[str, str]]:
    """Return the actions that a function was seen to use, each with a pattern; any, for one that scans the table."""
    asked = {pair for one in recordings(handler) for pair in one.asked}
    if "dynamodb:Scan" in {action for action, _ in asked}:
        return {(action, ANY) for action, _ in asked}
    return {(action, _pattern(pk)) for action, pk in asked}


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
    (here, there) = ({"pk": {"S": pk}} for pk in ("A#1", "B#1"))
    sent: list[Json] = [
        {"operation": "UpdateItem", "Key": here},
        {"operation": "TransactWriteItems", "TransactItems": [{"Put": {"Item": here}}, {"Delete": {"Key": there}}]},
        {"operation": "BatchGetItem", "RequestItems": {"table": {"Keys": [here, there]}}},
    ]
    writes = {("UpdateItem", "A#1"), ("PutItem", "A#1"), ("DeleteItem", "B#1")}
    expected = writes | {("BatchGetItem", "A#1"), ("BatchGetItem", "B#1")}
    assert Recorded("", "", 200, sent).asked == {(f"dynamodb:{name}", pk) for name, pk in expected}
