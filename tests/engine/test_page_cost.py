"""What a page costs, in the capacity units that the engine itself counts."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from neoforge.collection import Collection, State, Window
from neoforge.projects import repository as projects
from scripts.bench.counting import counted
from tests.engine.harness import Person
from tests.engine.test_pages import fill, page

MANY, DEEP = 1_100, 900
SIZES = [1, 7, 100]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Eleven hundred projects, newest first: also the deep page has one behind it."""

    owner: Person
    ids: list[str]
    collection: Collection


@pytest.fixture
def shelf(ada: Person) -> Shelf:
    return Shelf(ada, fill(ada.user_id, MANY), projects.owned_by(ada.user_id))


def cost(read: Callable[[], Window]) -> tuple[list[str], float]:
    with counted() as calls:
        assert read().documents
    return calls.operations, calls.reads


@pytest.mark.parametrize("size", SIZES)
def test_a_page_costs_the_same_however_deep_it_lies(shelf: Shelf, size: int) -> None:
    first = cost(lambda: shelf.collection.newest(size))
    second = cost(lambda: shelf.collection.older(shelf.ids[size - 1], size, State()))
    deep = cost(lambda: shelf.collection.older(shelf.ids[DEEP - 1], size, State()))
    assert first == second == deep
    assert first[0] == ["Query"]


@pytest.mark.parametrize("size", SIZES)
def test_a_page_back_costs_the_same_however_deep_it_lies(shelf: Shelf, size: int) -> None:
    near = cost(lambda: shelf.collection.newer(shelf.ids[2 * size], size, State()))
    deep = cost(lambda: shelf.collection.newer(shelf.ids[DEEP], size, State()))
    assert near == deep
    assert near[0] == ["Query"]


def test_a_later_page_costs_one_read_of_the_collection_more(shelf: Shelf) -> None:
    with counted() as first:
        cursor = page(shelf.owner, 7)["next_cursor"]
    with counted() as later:
        page(shelf.owner, 7, cursor)
    assert first.operations == ["UpdateItem", "Query"]  # whose token it is, and the page
    assert later.operations == ["UpdateItem", "GetItem", "Query"]
    assert later.reads == first.reads + 1
