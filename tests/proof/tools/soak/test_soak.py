"""`make soak` compares the table, as the handlers write it, with what clients were told."""

import pytest

from neoforge.dynamodb.item import Item
from scripts.proof.soak.ledger import KINDS
from scripts.proof.soak.meter import Meter, percentile
from tests.proof.tools.soak.conftest import Client

DELETED = "was deleted, or no client was told of it"
ONE_MORE = "is one more of what a client asked for once"
each_kind = pytest.mark.parametrize("prefix", KINDS)


def copies(client: Client, prefix: str) -> int:
    """Return how many items a resource has."""
    return len(KINDS[prefix].collections("USER#usr", client.ledger.of_kind(prefix)[0]))


def test_what_was_told_is_what_is_stored(client: Client) -> None:
    assert client.compare() == []


@each_kind
def test_a_lost_resource_is_missed_in_each_collection(client: Client, prefix: str) -> None:
    stored = client.ledger.of_kind(prefix)[1]
    lost = stored | {"id": stored["id"][:-4] + "ffff"}
    client.tell(lost)
    found = client.compare_resources()
    assert len(found) == copies(client, prefix)
    assert all(one.endswith(f"{lost['id']} is lost, a client was told of it") for one in found)


@each_kind
def test_a_resource_that_nobody_was_told_of_is_found(client: Client, prefix: str) -> None:
    untold = client.create(KINDS[prefix], "untold")
    found = client.compare_resources()
    assert len(found) == copies(client, prefix)
    assert all(one.endswith(f"{untold['id']} {DELETED}") for one in found)


@each_kind
def test_a_resource_that_was_created_twice_is_found(client: Client, prefix: str) -> None:
    twin = client.create(KINDS[prefix], f"{prefix}1")
    found = client.compare_resources()
    assert len(found) == copies(client, prefix)
    assert all(one.endswith(f"{twin['id']} {ONE_MORE}") for one in found)


@each_kind
def test_a_creation_without_an_answer_is_no_difference(client: Client, prefix: str) -> None:
    client.create(KINDS[prefix], "doubtful")
    assert client.compare_resources()
    client.ledger.doubtful.add("doubtful")
    assert client.compare_resources() == []


@pytest.mark.parametrize("prefix", [prefix for prefix, kind in KINDS.items() if kind.has_own_path])
def test_a_change_that_nobody_was_told_of_is_found(client: Client, prefix: str) -> None:
    told, text = client.ledger.of_kind(prefix)[0], KINDS[prefix].text
    client.patch(told, {text: "other"})
    found = client.compare()
    assert len(found) == copies(client, prefix)
    assert all(f"'{text}': 'other'" in one and one.endswith(f"a client was told {told}") for one in found)


def counters() -> list[Item]:
    return [item for item in Item.scan() if "total" in item.attribute_values]


@pytest.mark.parametrize("by", [1, -1])
def test_a_wrong_total_is_found(client: Client, by: int) -> None:
    for item in counters():
        item.total += by
        item.save()
    found = client.compare()
    assert len(found) == len(counters()) >= len(KINDS)
    assert all("items, the total says" in one for one in found)


def test_a_missing_total_is_found(client: Client) -> None:
    lost = counters()
    for item in lost:
        item.delete()
    found = client.compare()
    assert len(found) == len(lost)
    assert all(one.endswith("the total says 0") for one in found)


def test_a_session_that_should_have_ended_is_found(client: Client) -> None:
    owner = client.ledger.account["id"]
    Item(f"USER#{owner}", "SESSION#ses_1", version=1, document='{"generation": 0}').save()
    assert client.compare() == [f"USER#{owner}/SESSION: ses_1 {DELETED}"]
    client.ledger.sessions.add("ses_1")
    assert client.compare() == []


def test_surprises_of_clients_are_differences(client: Client) -> None:
    client.ledger.surprises.append("a stale read")
    assert client.compare() == ["a stale read"]


def test_percentiles_are_by_nearest_rank() -> None:
    times = [float(number) for number in range(1, 101)]
    assert [percentile(times, percent) for percent in (50, 95, 99, 100)] == [50, 95, 99, 100]
    assert [percentile([7.0], percent) for percent in (50, 100)] == [7, 7]
    assert percentile([], 50) == 0


def test_requests_are_grouped_by_route() -> None:
    meter, one = Meter(), "nte_01a20538-11bf-7304-bb36-19bcf1775ed8"
    for path in (f"/v1/notes/{one}", f"/v1/notes/{one}", "/v1/notes?cursor=x"):
        meter.add("GET", path, 0.1, 200)
    assert {name: len(times) for name, times in meter.times.items()} == {"GET /v1/notes/": 2, "GET /v1/notes": 1}
    assert [row.split()[-5:] for row in meter.rows()][1:] == [
        ["1", "100", "100", "100", "100"],
        ["2", "100", "100", "100", "100"],
        ["3", "100", "100", "100", "100"],
    ]
