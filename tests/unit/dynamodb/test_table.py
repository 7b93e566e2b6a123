from collections.abc import Callable
from typing import Any
from unittest.mock import Mock

import pytest
from pynamodb.exceptions import GetError

from neoforge import clock
from neoforge.dynamodb import expressions, table
from neoforge.dynamodb.item import Item
from neoforge.errors import Unavailable
from tests.functions.helpers import client_error, failing
from tests.unit.helpers import BUSY, UNANSWERED


@pytest.mark.usefixtures("dynamodb")
@pytest.mark.parametrize("error", [*UNANSWERED, *BUSY], ids=repr)
def test_reads_of_an_unavailable_database_raise_unavailable(error: Exception) -> None:
    with failing(error, error, error):
        for read in (
            lambda: table.get("a", "b"),
            lambda: table.query("a", Item.sk.startswith("b"), limit=1, forward=True),
            table.ping,
        ):
            with pytest.raises(Unavailable):
                read()


@pytest.mark.usefixtures("dynamodb")
def test_other_errors_of_reads_are_raised_except_by_a_ping() -> None:
    with failing(client_error("AccessDeniedException"), client_error("AccessDeniedException")):
        with pytest.raises(GetError):
            table.get("a", "b")
        with pytest.raises(Unavailable):
            table.ping()


@pytest.mark.usefixtures("dynamodb")
def test_every_read_is_strongly_consistent() -> None:
    with failing() as sent:
        assert expressions.get("a", "b") is None
        assert table.get("a", "b") is None
        assert table.query("a", Item.sk.startswith("b"), limit=1, forward=True) == []
    assert [one["ConsistentRead"] for one in sent] == [True] * 3


@pytest.mark.usefixtures("dynamodb")
def test_a_query_returns_a_number_of_items_in_order_after_a_key() -> None:
    for number in range(5):
        Item("a", f"X#{number}", version=number).save()
    Item("b", "X#9").save()

    def keys(after: str | None = None, *, limit: int, forward: bool) -> list[str]:
        condition = Item.sk.startswith("X#")
        found, complete = table.query_page(
            "a", condition, limit=limit, forward=forward, after=after, consistent=forward
        )
        assert complete == (limit > len(found))
        if after is None:
            assert [item.sk for item in table.query("a", condition, limit=limit, forward=forward)] == [
                item.sk for item in found
            ]
        return [item.sk for item in found]

    assert keys(limit=2, forward=True) == ["X#0", "X#1"]
    assert keys(limit=2, forward=False) == ["X#4", "X#3"]
    assert keys("X#2", limit=9, forward=True) == ["X#3", "X#4"]
    assert keys("X#2~", limit=9, forward=False) == ["X#2", "X#1", "X#0"]


def test_after_the_deadline_no_read_begins() -> None:
    with clock.limited(0.0):
        for read in (
            lambda: table.get("a", "b"),
            lambda: table.query("a", Item.sk.startswith("b"), limit=1, forward=True),
            table.ping,
        ):
            with pytest.raises(Unavailable):
                read()


@pytest.mark.usefixtures("dynamodb")
@pytest.mark.parametrize("read", [lambda: table.get("a", "b"), lambda: expressions.get("a", "b")])
def test_the_deadline_is_checked_once_per_call(read: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    checks = Mock(return_value=False)
    monkeypatch.setattr(clock, "overdue", checks)
    read()
    assert checks.call_count == 1
