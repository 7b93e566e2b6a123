"""Posts of a feed, made in bulk at moments of our choosing, and a walk through them."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from uuid_utils import uuid7

from neoforge import clock
from neoforge.community import repository as posts
from neoforge.community.model import Author, Post
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.models import ANY
from scripts.ops.seed.bulk import Bulk
from tests.api import call

PATH = "/v1/community/posts"
NOW = 1_792_411_200.0  # 2026-10-19T12:00:00Z: in a month that has begun, so that the newest page lies in one
ADA = Author(id="usr_01a20538-11bf-7304-bb36-19bcf1775ed8", display_name="Ada")


def stop_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be NOW, and each id a millisecond younger than the one before."""
    ticks = itertools.count()
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(clock, "uuid7", lambda: _uuid(NOW + next(ticks) / 1000))


def fill(count: int, seconds: float) -> list[str]:
    """Make posts, evenly over the time before NOW. Gives their ids, newest first."""
    bulk, made = Bulk(), []
    for number in range(count):
        post, work = _post(f"pst_{_uuid(NOW - seconds + number * seconds / count)}"), UnitOfWork()
        posts.FEED.create(work, post)
        bulk.take(work)
        made.append(post.id)
    bulk.write()
    return sorted(made, reverse=True)


def add() -> str:
    work, post = UnitOfWork(), _post(clock.new_id("pst"))
    posts.FEED.create(work, post)
    work.commit()
    return post.id


def remove(post_id: str) -> None:
    work = UnitOfWork()
    posts.FEED.delete(work, post_id, ANY)
    work.commit()


def page(size: int, cursor: str | None = None) -> dict[str, Any]:
    query = {"page_size": str(size)} | ({"cursor": cursor} if cursor else {})
    answer = call("GET", PATH, query=query)
    assert answer.status == 200, answer.text
    return dict(answer.json())


def walk(
    size: int, first: dict[str, Any], member: str, meanwhile: Callable[[dict[str, Any]], None] = lambda _: None
) -> Iterator[dict[str, Any]]:
    """Every page from the first on, in one direction; something may happen after each one was seen."""
    current = first
    while True:
        yield current
        if current[member] is None:
            return
        meanwhile(current)
        current = page(size, current[member])


def ids(pages: list[dict[str, Any]]) -> list[str]:
    return [item["id"] for one in pages for item in one["items"]]


def _post(post_id: str) -> Post:
    now = clock.time_of_id(post_id)
    return Post(id=post_id, title="T", content="C", author=ADA, created_at=now, updated_at=now, version=1)


def _uuid(moment: float) -> str:
    return str(uuid7(nanoseconds=round(moment * 1000) * 1_000_000))  # a float has no nanoseconds of today
