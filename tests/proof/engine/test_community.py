"""What a page of the largest resources costs follows what it shows, which is bounded by its bytes."""

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from neoforge.accounts.model import UserId
from neoforge.community import repository as posts
from neoforge.community.model import Author, NewPost, Post
from neoforge.dynamodb.client import get_client
from neoforge.dynamodb.transaction import UnitOfWork
from scripts.ops.seed.bulk import Bulk
from tests.api import call

PATH = "/v1/community/posts"
AUTHOR: UserId = "usr_01a20538-11bf-7304-bb36-19bcf1775ed8"
MANY = 820
LARGEST = "\N{GRINNING FACE}" * 20_000
SMALL = "It took a week and some coffee."
UNIT = 2 * 4096  # bytes that are read for a unit, eventually consistent
PAGE_BYTES, LAMBDA_BYTES = 5 * 1024 * 1024, 6_291_556


def fill(count: int, content: str) -> None:
    author, bulk = Author(id=AUTHOR, display_name="Ada"), Bulk()
    for _ in range(count):
        work = UnitOfWork()
        for store in (posts.FEED, posts.written_by(AUTHOR)):
            store.create(work, Post.new(author, NewPost(title="Large", content=content)))
        bulk.add(work)
    bulk.write()


@contextmanager
def units_read() -> Iterator[list[float]]:
    """Count the read units of each Query, as AWS does: by the bytes of the items that it read."""
    found, events = list[float](), get_client().meta.events

    def after(parsed: Any, model: Any, **_: Any) -> None:
        if model.name == "Query":  # eventually consistent
            size = sum(len(json.dumps(item, ensure_ascii=False).encode()) for item in parsed["Items"])
            found.append(max(1, math.ceil(size / 4096)) / 2)

    events.register("after-call.dynamodb", after)
    try:
        yield found
    finally:
        events.unregister("after-call.dynamodb", after)


def page(size: int, cursor: str | None = None) -> tuple[Any, float]:
    query = {"cursor": cursor} if cursor else {"page_size": str(size)}
    with units_read() as units:
        response = call("GET", PATH, query=query)
    assert response.status == 200
    returned = json.dumps({"headers": response.headers, "body": response.text}, ensure_ascii=False)
    assert len(returned.encode()) < LAMBDA_BYTES
    return response.json(), sum(units)


@pytest.mark.parametrize("size", [20, 100])
def test_a_page_of_the_largest_posts_reads_little_more_than_it_shows(size: int) -> None:
    fill(MANY, LARGEST)
    cursor, spent = None, list[float]()
    for _ in range(3):
        shown, units = page(size, cursor)
        weight = sum(len(json.dumps(item, ensure_ascii=False).encode()) for item in shown["items"])
        assert weight <= PAGE_BYTES
        assert len(shown["items"]) == size or weight > PAGE_BYTES - 100_000
        spent.append(units / (weight / UNIT))
        cursor = shown["next_cursor"]
    assert max(spent) <= 3, spent  # by chance a second round


def test_a_first_page_of_small_posts_takes_at_most_five_units() -> None:
    fill(200, SMALL)
    _, units = page(20)
    assert units <= 5
