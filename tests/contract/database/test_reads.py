"""A caller reads its own writes at once: no code reads through an index, and only what the catalogue names may lag.

What may be read eventually consistent is everybody's and nobody's: the partitions of feeds, whose pages are public or
the staff's and walk 8 shards (docs/adr/0009), and their counters, which decide no write.
"""

from collections.abc import Iterator

import pytest

from scripts.build.template import Json
from tests.api import TEMPLATE
from tests.catalog import FUNCTIONS
from tests.contract.database.recording import recordings

READS = {"GetItem", "BatchGetItem", "Query", "Scan"}


def partitions(request: Json) -> set[str]:
    """Return the kinds of the partitions that a read goes to."""
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
    """Return the tables of a template that have a secondary index."""
    for name, resource in template["Resources"].items():
        if resource.get("Properties", {}).keys() & {"GlobalSecondaryIndexes", "LocalSecondaryIndexes"}:
            yield name


def test_no_table_has_an_index() -> None:
    assert list(indexes(TEMPLATE)) == []


@pytest.mark.parametrize("handler", FUNCTIONS)
def test_reads_are_of_the_table_itself_and_strongly_consistent_except_what_the_catalogue_names(handler: str) -> None:
    sent = [one for recorded in recordings(handler) for one in recorded.sent]
    assert [one for one in sent if "IndexName" in one] == []
    lagging = [one for one in sent if one["operation"] in READS and not consistent(one)]
    eventual = {f"{one['operation']} {pk}".strip() for one in lagging for pk in partitions(one)}
    assert eventual == FUNCTIONS[handler].eventual
