"""What a page costs, in the capacity units that the engine itself counts."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from neoforge.dynamodb.collection import Collection
from neoforge.dynamodb.resource_store import CollectionStats, Slice
from scripts.proof.bench.counting import counted
from tests import notes
from tests.catalog.world import Session
from tests.proof.engine.test_pages import fill, page

MANY, DEEP = 1_100, 900
SIZES = [1, 7, 100]


@dataclass(frozen=True, slots=True)
class ResourceStore:
    """Eleven hundred notes, newest first: also the deep page has one behind it."""

    owner: Session
    ids: list[str]
    collection: Collection


@pytest.fixture
def shelf(ada: Session) -> ResourceStore:
    return ResourceStore(ada, fill(ada.user_id, MANY), notes.owned_by(ada.user_id))


def cost(read: Callable[[], Slice]) -> tuple[list[str], float]:
    with counted() as calls:
        assert read().documents
    return calls.operations, calls.reads


@pytest.mark.parametrize("size", SIZES)
def test_a_page_costs_the_same_however_deep_it_lies(shelf: ResourceStore, size: int) -> None:
    first = cost(lambda: shelf.collection.first_page(size))
    second = cost(lambda: shelf.collection.next_page(shelf.ids[size - 1], size, CollectionStats()))
    deep = cost(lambda: shelf.collection.next_page(shelf.ids[DEEP - 1], size, CollectionStats()))
    assert first == second == deep
    assert first[0] == ["Query"]


@pytest.mark.parametrize("size", SIZES)
def test_a_page_back_costs_the_same_however_deep_it_lies(shelf: ResourceStore, size: int) -> None:
    near = cost(lambda: shelf.collection.previous_page(shelf.ids[2 * size], size, CollectionStats()))
    deep = cost(lambda: shelf.collection.previous_page(shelf.ids[DEEP], size, CollectionStats()))
    assert near == deep
    assert near[0] == ["Query"]


def test_a_later_page_costs_one_read_of_the_collection_more(shelf: ResourceStore) -> None:
    with counted() as first:
        cursor = page(shelf.owner, 7)["next_cursor"]
    with counted() as later:
        page(shelf.owner, 7, cursor)
    assert first.operations == ["UpdateItem", "Query"]  # whose token it is, and the page
    assert later.operations == ["UpdateItem", "GetItem", "Query"]
    assert later.reads == first.reads + 1
