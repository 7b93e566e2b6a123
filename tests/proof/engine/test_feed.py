"""A walk through a feed of many partitions and months, while others come and go; and how evenly they are filled."""

from collections import Counter
from functools import partial
from typing import Any

import pytest

from neoforge.dynamodb.sharded_feed import SHARDS
from scripts.proof.bench.counting import Calls, counted
from tests.proof.engine.dynamodb import rows
from tests.proof.engine.feeds import add, fill, ids, page, remove, stop_the_clock
from tests.proof.engine.walk import walk

DAY = 24 * 3600.0
FEW = 1_000
MANY = 20_000  # 100,000 take some minutes
A_PAGE = ["Query"] * SHARDS  # and seldom a second one of some


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)


def cost(cursor: str | None) -> Calls:
    with counted() as calls:
        assert page(100, cursor)["items"]
    return calls


@pytest.mark.parametrize("size", [13, 100])
def test_a_walk_there_and_back_is_exact(size: int) -> None:
    expected = fill(FEW, 75 * DAY)
    there = list(walk(page(size), "next_cursor", partial(page, size)))
    assert ids(there) == expected
    assert {(one["total"], one["pages"]) for one in there} == {(FEW, -(-FEW // size))}
    back = list(walk(there[-1], "previous_cursor", partial(page, size)))
    assert ids(back[::-1]) == expected
    assert [one["page"] for one in there] == list(range(1, len(there) + 1))


def test_what_comes_and_goes_makes_no_duplicate_and_no_gap() -> None:
    everything = fill(FEW, 75 * DAY)
    touched: set[str] = set()

    def come_and_go(current: dict[str, Any]) -> None:
        touched.add(add())
        seen = [item["id"] for item in current["items"]]
        left = everything.index(seen[-1]) if seen and seen[-1] in everything else 0
        gone = {*seen[-1:], *everything[max(0, left - 1) : left + 4 : 2]} - touched  # the cursor's own, and around it
        for post_id in gone:
            remove(post_id)
        touched.update(gone)

    there = list(walk(page(50), "next_cursor", partial(page, 50), come_and_go))
    back = list(walk(there[-1], "previous_cursor", partial(page, 50), come_and_go))
    untouched = [post_id for post_id in everything if post_id not in touched]
    assert len(untouched) > FEW // 3
    for direction, pages in (("there", there), ("back", back[::-1])):
        found = ids(pages)
        assert found == sorted(set(found), reverse=True), direction
        assert [post_id for post_id in found if post_id in set(untouched)] == untouched, direction
    assert page(1)["total"] == sum(row["sk"].startswith("NOTICE#ntc_") for row in rows())


def test_a_feed_of_many_is_walked_to_its_end_and_its_last_page_costs_what_the_first_costs(engine_name: str) -> None:
    many = FEW if engine_name == "ministack" else MANY
    expected = fill(many, 75 * DAY)
    first, cursors, came = page(100), list[str](), list[str]()

    def come(current: dict[str, Any]) -> None:
        cursors.append(current["next_cursor"])
        if current["page"] % 100 == 1:
            came.append(add())

    there = list(walk(first, "next_cursor", partial(page, 100), come))
    assert ids(there) == expected  # what came is newer than the first page
    assert there[-1]["total"] == many + len(came)
    newest, last = cost(None), cost(cursors[-1])
    assert newest.operations[:SHARDS] == A_PAGE
    assert sorted(last.operations)[: SHARDS + 1] == ["BatchGetItem", *A_PAGE]
    assert max(len(newest.operations), len(last.operations) - 1) <= 2 * SHARDS
    assert last.reads <= newest.reads * 1.5 + SHARDS / 2  # and the totals
    back = page(100, there[-1]["previous_cursor"])
    assert ids([back]) == expected[-200:-100]


def test_a_minute_of_ten_thousand_is_spread_over_the_partitions() -> None:
    fill(10_000, 60.0)
    partitions = Counter(row["pk"] for row in rows() if row["sk"].startswith("NOTICE#ntc_"))
    assert partitions.total() == 10_000
    assert max(partitions.values()) <= 10_000 / SHARDS * 1.15
