"""Who writes reads it back at once: no code reads through an index, and only feeds' lists may lag behind."""

from collections.abc import Iterator

import pytest

from scripts.build.template import Json
from tests.api import TEMPLATE, functions
from tests.contract.scenarios import SCENARIOS, world
from tests.functions.helpers import failing

READS = {"GetItem", "BatchGetItem", "Query", "Scan"}
# What may be read eventually, as everybody's and nobody's: the partitions of feeds, whose pages are public or the
# staff's and walk 8 shards (docs/adr/0009), and their totals, which decide no write. A page may lack the newest for a
# moment. And the purge's scan: each delete has the condition that the item has still expired.
EVENTUAL = {
    "CommunityList": {"Query FEED#POST", "BatchGetItem FEED#POST"},
    "StatusListEvents": {"Query FEED#EVENT", "BatchGetItem FEED#EVENT"},
    "SupportList": {
        "Query FEED#TICKET",
        "BatchGetItem FEED#TICKET",
        "Query FEED#OPEN-TICKET",
        "BatchGetItem FEED#OPEN-TICKET",
    },
    "SchedulesPurgeExpired": {"Scan"},
}


def partitions(request: Json) -> set[str]:
    """Tell of what kind the partitions are that a read goes to."""
    if request["operation"] == "Scan":
        return {""}
    if request["operation"] == "BatchGetItem":
        found = [key["pk"]["S"] for table in request["RequestItems"].values() for key in table["Keys"]]
    elif request["operation"] == "GetItem":
        found = [request["Key"]["pk"]["S"]]
    else:
        found = [value["S"] for value in request["ExpressionAttributeValues"].values() if "S" in value][:1]
    return {"#".join(pk.split("#")[: 2 if pk.startswith("FEED#") else 1]) for pk in found}


def consistent(request: Json) -> bool:
    tables = request["RequestItems"].values() if request["operation"] == "BatchGetItem" else [request]
    return all(table.get("ConsistentRead") is True for table in tables)


def indexes(template: Json) -> Iterator[str]:
    """Name the tables of a template that have a secondary index."""
    for name, resource in template["Resources"].items():
        if resource.get("Properties", {}).keys() & {"GlobalSecondaryIndexes", "LocalSecondaryIndexes"}:
            yield name


def test_no_table_has_an_index() -> None:
    assert list(indexes(TEMPLATE)) == []


@pytest.mark.parametrize("name", functions())
def test_reads_are_of_the_table_itself_and_strongly_consistent_but_for_feeds(name: str, token: str) -> None:
    before = world(token)
    with failing() as sent:
        SCENARIOS[name](before)
    reads = [one for one in sent if one["operation"] in READS]
    assert [one for one in sent if "IndexName" in one] == []
    eventual = {f"{one['operation']} {pk}".strip() for one in reads if not consistent(one) for pk in partitions(one)}
    assert eventual == EVENTUAL.get(name, set())
