"""Pages of a collection, on moto; walks under change and their cost are in tests/proof/engine."""

import pytest
from pydantic import BaseModel

from neoforge.dynamodb.collection import Collection
from neoforge.dynamodb.resource_store import CollectionStats, Slice
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.errors import NotFound, PreconditionFailed, WriteConflict
from neoforge.models import ANY, Precondition
from tests.unit.helpers import commit

pytestmark = pytest.mark.usefixtures("dynamodb")
THINGS = Collection("THING", "USER#1")


class Thing(BaseModel):
    id: str
    version: int = 1


def fill(count: int, collection: Collection = THINGS) -> None:
    for number in range(count):
        work = UnitOfWork()
        collection.create(work, Thing(id=f"{number:03}"))
        commit(work)


def delete(thing: str, precondition: Precondition = ANY) -> None:
    work = UnitOfWork()
    THINGS.delete(work, thing, precondition)
    commit(work)


def ids(window: Slice) -> list[str]:
    return [Thing.model_validate_json(document).id for document in window.documents]


def test_the_first_page_of_an_empty_collection_is_empty() -> None:
    assert THINGS.first_page(5) == Slice([], CollectionStats(0, 0), None, None)
    assert THINGS.stats() == CollectionStats(0, 0)


@pytest.mark.parametrize(
    ("size", "shown", "older"),
    [(1, ["004"], "004"), (4, ["004", "003", "002", "001"], "001"), (5, ["004", "003", "002", "001", "000"], None)],
)
def test_the_first_page_includes_the_stats(size: int, shown: list[str], older: str | None) -> None:
    fill(5)
    window = THINGS.first_page(size)
    assert (ids(window), window.previous_position, window.next_position) == (shown, None, older)
    assert window.stats == CollectionStats(total=5, revision=5)


@pytest.mark.parametrize(
    ("position", "size", "shown", "newer", "older"),
    [
        ("003", 2, ["002", "001"], "002", "001"),
        ("003", 3, ["002", "001", "000"], "002", None),
        ("0025", 2, ["002", "001"], "002", "001"),  # a position whose thing is gone
    ],
)
def test_the_next_page_follows_its_position(
    position: str, size: int, shown: list[str], newer: str | None, older: str | None
) -> None:
    fill(5)
    window = THINGS.next_page(position, size, CollectionStats(5, 5))
    assert (ids(window), window.previous_position, window.next_position) == (shown, newer, older)


@pytest.mark.parametrize(
    ("position", "size", "shown", "newer", "older"),
    [
        ("001", 2, ["003", "002"], "003", "002"),
        ("001", 3, ["004", "003", "002"], None, "002"),
        ("001", 9, ["004", "003", "002"], None, "002"),
        ("0015", 2, ["003", "002"], "003", "002"),
    ],
)
def test_the_previous_page_precedes_its_position(
    position: str, size: int, shown: list[str], newer: str | None, older: str | None
) -> None:
    fill(5)
    window = THINGS.previous_page(position, size, CollectionStats(5, 5))
    assert (ids(window), window.previous_position, window.next_position) == (shown, newer, older)


def test_an_empty_previous_page_still_leads_to_the_next_one() -> None:
    fill(3)
    delete("002")
    window = THINGS.previous_page("001", 2, CollectionStats(2, 4))
    assert (ids(window), window.previous_position) == ([], None)
    assert window.next_position is not None
    assert ids(THINGS.next_page(window.next_position, 2, CollectionStats(2, 4))) == ["001", "000"]


def test_an_empty_next_page_still_leads_to_the_previous_one() -> None:
    fill(2)
    window = THINGS.next_page("000", 2, CollectionStats(2, 2))
    assert (ids(window), window.next_position) == ([], None)
    assert window.previous_position is not None
    assert ids(THINGS.previous_page(window.previous_position, 2, CollectionStats(2, 2))) == ["001", "000"]


def test_a_page_of_an_emptied_collection_leads_nowhere() -> None:
    fill(1)
    delete("000")
    window = THINGS.previous_page("000", 2, CollectionStats(0, 2))
    assert (ids(window), window.previous_position, window.next_position) == ([], None, None)


def test_total_and_revision_follow_every_change() -> None:
    fill(2)
    work = UnitOfWork()
    THINGS.replace(work, Thing(id="000", version=2), 1)
    commit(work)
    assert THINGS.stats() == CollectionStats(2, 3)
    delete("001")
    assert THINGS.stats() == CollectionStats(1, 4)


def test_collections_do_not_see_each_other() -> None:
    kinds = ("THINGY", "THINGS", "THING_PART", "THING-", "TH", "OTHER")
    others = [*(Collection(kind, "USER#1") for kind in kinds), Collection("THING", "USER#2")]
    for other in others:
        fill(1, other)
    assert THINGS.stats() == THINGS.first_page(5).stats == CollectionStats(0, 0)
    assert ids(THINGS.first_page(5)) == ids(THINGS.next_page("~", 5, CollectionStats())) == []
    assert ids(THINGS.previous_page("!", 5, CollectionStats())) == []
    with pytest.raises(NotFound):
        THINGS.get("000")
    assert all((ids(other.first_page(5)), other.first_page(5).stats.total) == (["000"], 1) for other in others)
    assert len({one.scope for one in [THINGS, *others]}) == 1 + len(others)


def test_a_resource_is_created_once() -> None:
    fill(1)
    with pytest.raises(WriteConflict):
        fill(1)
    assert THINGS.stats() == CollectionStats(1, 1)


def test_a_resource_that_has_changed_is_not_replaced() -> None:
    fill(1)
    work = UnitOfWork()
    THINGS.replace(work, Thing(id="000", version=9), 8)
    with pytest.raises(WriteConflict):
        commit(work)
    assert THINGS.stats() == CollectionStats(1, 1)


@pytest.mark.parametrize(
    ("thing", "precondition", "error"),
    [
        ("000", Precondition(frozenset({2})), PreconditionFailed),
        ("000", Precondition(frozenset()), PreconditionFailed),
        ("000", Precondition(None, frozenset({1})), PreconditionFailed),
        ("999", Precondition(None, frozenset({1})), NotFound),
        ("999", ANY, NotFound),
        ("999", Precondition(frozenset({1})), NotFound),
        ("999", Precondition(frozenset()), NotFound),
    ],
)
def test_a_delete_whose_precondition_fails_changes_nothing(
    thing: str, precondition: Precondition, error: type[Exception]
) -> None:
    fill(1)
    with pytest.raises(error):
        delete(thing, precondition)
    assert THINGS.stats() == CollectionStats(1, 1)


@pytest.mark.parametrize("precondition", [ANY, Precondition(frozenset({1, 2})), Precondition(None, frozenset({2}))])
def test_a_delete_of_a_named_version_is_applied(precondition: Precondition) -> None:
    fill(1)
    delete("000", precondition)
    with pytest.raises(NotFound):
        THINGS.get("000")
