"""Notices of a feed, made in bulk at moments of our choosing."""

import itertools
from typing import Any

import pytest
from uuid_utils import uuid7

from neoforge import clock
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.models import ANY
from scripts.ops.seed.bulk import Bulk
from tests.api import call
from tests.notes import NOTICES, Notice

PATH = "/v1/notices"
NOW = 1_792_411_200.0  # 2026-10-19T12:00:00Z: in a month that has begun, so that the newest page lies in one


def stop_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the clock to NOW, and each id a millisecond younger than the one before."""
    ticks = itertools.count()
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(clock, "uuid7", lambda: _uuid(NOW + next(ticks) / 1000))


def fill(count: int, seconds: float) -> list[str]:
    """Create notices, evenly over the time before NOW. Returns their ids, newest first."""
    bulk, made = Bulk(), []
    for number in range(count):
        notice, work = _notice(f"ntc_{_uuid(NOW - seconds + number * seconds / count)}"), UnitOfWork()
        NOTICES.create(work, notice)
        bulk.add(work)
        made.append(notice.id)
    bulk.write()
    return sorted(made, reverse=True)


def add() -> str:
    work, notice = UnitOfWork(), _notice(clock.new_id("ntc"))
    NOTICES.create(work, notice)
    work.commit()
    return notice.id


def remove(notice_id: str) -> None:
    work = UnitOfWork()
    NOTICES.delete(work, notice_id, ANY)
    work.commit()


def page(size: int, cursor: str | None = None) -> dict[str, Any]:
    query = {"page_size": str(size)} | ({"cursor": cursor} if cursor else {})
    answer = call("GET", PATH, query=query)
    assert answer.status == 200, answer.text
    return dict(answer.json())


def ids(pages: list[dict[str, Any]]) -> list[str]:
    return [item["id"] for one in pages for item in one["items"]]


def _notice(notice_id: str) -> Notice:
    now = clock.time_of_id(notice_id)
    return Notice(id=notice_id, created_at=now, version=1)


def _uuid(moment: float) -> str:
    return str(uuid7(nanoseconds=round(moment * 1000) * 1_000_000))  # a float has no nanoseconds of today
