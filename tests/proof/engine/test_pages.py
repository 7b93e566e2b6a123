"""A walk through 1,000 notes on a real engine, while others come and go."""

import itertools
from functools import partial
from typing import Any

import pytest

from neoforge import clock
from neoforge.dynamodb.expressions import Update
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.models import ANY
from tests import notes
from tests.api import call
from tests.catalog.world import Session
from tests.notes import NewNote
from tests.proof.engine.walk import walk

MANY = 1_000
# MiniStack's Query takes as long as the whole partition is large, 130 ms here: smaller ones for the many small pages.
ON_MINISTACK = {1: 100, 7: 300, 100: MANY}
AT_ONCE = 99  # projects in one transaction, beside their collection


def fill(owner_id: str, number: int) -> list[str]:
    """Create notes as the repository does, but many in a transaction. Returns their ids, newest first."""
    made = []
    for batch in itertools.batched(range(number), AT_ONCE, strict=False):
        work = UnitOfWork()
        for index in batch:
            single = UnitOfWork()
            made.append(notes.create(single, owner_id, NewNote(name=f"Project {index}")).id)
            work.writes.append(single.writes[0])
        pk = notes.owned_by(owner_id).pk
        work.update(Update(pk, "NOTE#~TOTAL", "ADD #total :by, revision :by", {":by": len(batch)}, {"#total": "total"}))
        work.commit()
    return sorted(made, reverse=True)


def add(owner_id: str) -> str:
    work = UnitOfWork()
    note = notes.create(work, owner_id, NewNote(name="Added"))
    work.commit()
    return note.id


def remove(owner_id: str, note_id: str) -> None:
    work = UnitOfWork()
    notes.owned_by(owner_id).delete(work, note_id, ANY)
    work.commit()


def page(person: Session, size: int, cursor: str | None = None) -> dict[str, Any]:
    query = {"page_size": str(size)} | ({"cursor": cursor} if cursor else {})
    answer = call("GET", "/v1/notes", token=person.token, query=query)
    assert answer.status == 200, answer.text
    return dict(answer.json())


def ids(pages: list[dict[str, Any]]) -> list[str]:
    return [item["id"] for one in pages for item in one["items"]]


@pytest.fixture
def same_millisecond(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids tie on their time: only their random part tells them apart."""
    made = iter(range(10**6, 0, -1))  # falling, so that the order is not that of making
    monkeypatch.setattr(clock, "new_id", lambda prefix: f"{prefix}_019aab8f-1c30-7d11-a1f4-{next(made) * 7919:012x}")


@pytest.mark.parametrize("size", [1, 7, 100])
@pytest.mark.usefixtures("same_millisecond")
def test_a_walk_there_and_back_is_exact(ada: Session, size: int, engine_name: str) -> None:
    many = ON_MINISTACK[size] if engine_name == "ministack" else MANY
    expected = fill(ada.user_id, many)
    there = list(walk(page(ada, size), "next_cursor", partial(page, ada, size)))
    assert ids(there) == expected
    assert [one["page"] for one in there] == list(range(1, len(there) + 1))
    assert {(one["total"], one["pages"], one["page_size"]) for one in there} == {(many, -(-many // size), size)}
    assert len(there) == there[0]["pages"]  # so next_cursor was null exactly at the end
    assert there[0]["previous_cursor"] is None
    back = list(walk(there[-1], "previous_cursor", partial(page, ada, size)))
    assert [one["items"] for one in back] == [one["items"] for one in reversed(there)]
    assert [one["page"] for one in back] == [one["page"] for one in reversed(there)]


@pytest.mark.parametrize("size", [7, 100])
def test_what_comes_and_goes_makes_no_duplicate_and_no_gap(ada: Session, size: int, engine_name: str) -> None:
    many = ON_MINISTACK[size] if engine_name == "ministack" else MANY
    everything = fill(ada.user_id, many)
    touched: set[str] = set()

    def come_and_go(current: dict[str, Any]) -> None:
        seen = [item["id"] for item in current["items"]]
        touched.add(add(ada.user_id))
        left = everything.index(seen[-1]) if seen and seen[-1] in everything else 0
        gone = {seen[-1], *everything[max(0, left - 1) : left + 4 : 2]} - touched  # the cursor's own, and around it
        for project_id in gone:
            remove(ada.user_id, project_id)
        touched.update(gone)

    there = list(walk(page(ada, size), "next_cursor", partial(page, ada, size), come_and_go))
    back = list(walk(there[-1], "previous_cursor", partial(page, ada, size), come_and_go))
    untouched = [project_id for project_id in everything if project_id not in touched]
    assert len(untouched) > many // 3
    for direction, pages in (("there", there), ("back", back[::-1])):
        found = ids(pages)
        assert len(found) == len(set(found)), direction
        assert [project_id for project_id in found if project_id in set(untouched)] == untouched, direction
        assert found == sorted(found, reverse=True), direction


@pytest.mark.parametrize("count", [0, 1, 5, 6, 10, 11])
def test_the_next_cursor_is_null_exactly_at_the_end(ada: Session, count: int) -> None:
    expected = fill(ada.user_id, count)
    pages = list(walk(page(ada, 5), "next_cursor", partial(page, ada, 5)))
    assert ids(pages) == expected
    assert len(pages) == max(1, -(-count // 5))


def test_a_page_behind_which_all_was_deleted_is_the_last(ada: Session) -> None:
    expected = fill(ada.user_id, 15)
    first = page(ada, 5)
    for project_id in expected[10:]:
        remove(ada.user_id, project_id)
    second = page(ada, 5, first["next_cursor"])
    assert (ids([second]), second["next_cursor"], second["pages"]) == (expected[5:10], None, 2)


def test_from_a_page_whose_items_were_all_deleted_there_is_a_way_back(ada: Session) -> None:
    expected = fill(ada.user_id, 10)
    first = page(ada, 5)
    for project_id in expected[5:]:
        remove(ada.user_id, project_id)
    empty = page(ada, 5, first["next_cursor"])
    assert (empty["items"], empty["next_cursor"]) == ([], None)
    assert empty["previous_cursor"] is not None
    assert ids([page(ada, 5, empty["previous_cursor"])]) == expected[:5]


def test_before_a_page_whose_forerunners_were_all_deleted_there_is_a_way_on(ada: Session) -> None:
    expected = fill(ada.user_id, 10)
    second = page(ada, 5, page(ada, 5)["next_cursor"])
    for project_id in expected[:6]:
        remove(ada.user_id, project_id)
    empty = page(ada, 5, second["previous_cursor"])
    assert (empty["items"], empty["previous_cursor"]) == ([], None)
    assert ids([page(ada, 5, empty["next_cursor"])]) == expected[6:]
