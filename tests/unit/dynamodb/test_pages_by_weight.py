"""Walks through lists whose pages end by their weight, on moto.

A page may weigh little here, and a Query returns few items as one that reads 1 MB does, so that few items fill a page.
"""

import random

import pytest
from pydantic import BaseModel

from neoforge.dynamodb import ordered, table
from neoforge.dynamodb.collection import Collection
from neoforge.dynamodb.resource_store import ResourceStore, Slice
from neoforge.dynamodb.sharded_feed import ShardedFeed
from neoforge.dynamodb.transaction import UnitOfWork

pytestmark = pytest.mark.usefixtures("dynamodb")
MANY = 24
AT_ONCE = 2  # items of a Query
PAGE_BYTES = 2_000


class Thing(BaseModel):
    id: str
    text: str
    version: int = 1


def fill(store: ResourceStore, lengths: list[int]) -> list[str]:
    for number, length in enumerate(lengths):
        work = UnitOfWork()
        store.create(work, Thing(id=f"{number:03}", text="x" * length))
        work.commit()
    return [f"{number:03}" for number in reversed(range(len(lengths)))]


def at_most(limit: int) -> dict[str, int]:
    return {"limit": min(limit, AT_ONCE)}


def walk(store: ResourceStore, size: int) -> tuple[list[str], list[str]]:
    """Return the ids on the way to the end, and on the way back."""
    pages = [store.first_page(size)]
    while (position := pages[-1].next_position) is not None:
        pages.append(store.next_page(position, size))
    back = [pages[-1]]
    while (position := back[0].previous_position) is not None:
        back.insert(0, store.previous_page(position, size))
    return ids(pages), ids(back)


def ids(pages: list[Slice]) -> list[str]:
    return [Thing.model_validate_json(text).id for page in pages for text in page.documents]


@pytest.mark.parametrize("store", [Collection("THING", "USER#1"), ShardedFeed("THING")], ids=["collection", "feed"])
@pytest.mark.parametrize("seed", range(5))
def test_a_walk_there_and_back_is_complete(store: ResourceStore, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    query_page = table.query_page
    monkeypatch.setattr(
        table, "query_page", lambda *args, **given: query_page(*args, **given | at_most(given["limit"]))
    )
    monkeypatch.setattr(ordered, "MAX_PAGE_BYTES", PAGE_BYTES)
    chance = random.Random(seed)  # noqa: S311 - no secret
    longest = chance.choice([50, 300, 600, 1_500])
    expected = fill(store, [chance.randint(longest // 2, longest) for _ in range(MANY)])
    for size in (2, 100):
        there, back = walk(store, size)
        assert there == expected
        assert back == expected
