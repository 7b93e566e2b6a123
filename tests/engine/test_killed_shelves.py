"""The process that writes a ticket, a post or an event is ended before and after each of its calls.

Whenever that happens, all shelves hold the same and their totals are right; and the client's next try does it once.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from neoforge.accounts import roles
from scripts.bench.counting import counted
from tests.engine.fleet import Death, Fleet, invocation
from tests.engine.harness import EMAIL, rows, sign_in
from tests.engine.scenarios import same
from tests.support import call

TICKETS, POSTS, EVENTS = "/v1/support/tickets", "/v1/community/posts", "/v1/status/events"
TICKET, POST = {"subject": "S", "message": "M"}, {"title": "T", "content": "C"}
Shelves = dict[str, tuple[int, int, int]]  # items, total and revision by kind
ONE, CHANGED, GONE = (1, 1, 1), (1, 1, 2), (0, 0, 2)


@dataclass(frozen=True, slots=True)
class Write:
    """A request with a key, and how it leaves the shelves."""

    prepare: Callable[[], dict[str, Any]]
    calls: int  # to the database: the last one commits
    status: int
    left: Shelves


def _request(method: str, path: str, body: Any = None, token: str | None = None) -> dict[str, Any]:
    return {"method": method, "path": path, "body": body, "token": token, "headers": {"Idempotency-Key": "k"}}


def _create(path: str, body: Any) -> dict[str, Any]:
    return _request("POST", path, body, sign_in().token)


def _change(method: str, path: str, made: Any, body: Any = None) -> dict[str, Any]:
    token = sign_in().token
    made_id = call("POST", path, body=made, token=token).json()["id"]
    return _request(method, f"{path}/{made_id}", body, token)


def _record() -> dict[str, Any]:
    person = sign_in()
    roles.grant(EMAIL, "operator")
    return _request("POST", EVENTS, {"service_id": "api", "status": "operational"}, person.token)


def _both(kind: str, state: tuple[int, int, int]) -> Shelves:
    """Everybody's shelf and the owner's."""
    return {f"FEED {kind}": state, kind: state}


WRITES = {
    "ticket": Write(
        lambda: _create(TICKETS, TICKET), calls=4, status=201, left=_both("TICKET", ONE) | _both("OPEN-TICKET", ONE)
    ),
    "nobody's ticket": Write(
        lambda: _request("POST", TICKETS, TICKET | {"email": EMAIL}),
        calls=3,
        status=201,
        left={"FEED TICKET": ONE, "FEED OPEN-TICKET": ONE},
    ),
    "text of a ticket": Write(
        lambda: _change("PATCH", TICKETS, TICKET, {"subject": "New"}),
        calls=4,
        status=200,
        left=_both("TICKET", CHANGED) | _both("OPEN-TICKET", CHANGED),
    ),
    "status of a ticket": Write(
        lambda: _change("PATCH", TICKETS, TICKET, {"status": "closed"}),
        calls=4,
        status=200,
        left=_both("TICKET", CHANGED) | _both("OPEN-TICKET", GONE) | _both("CLOSED-TICKET", ONE),
    ),
    "post": Write(lambda: _create(POSTS, POST), calls=4, status=201, left=_both("POST", ONE)),
    "text of a post": Write(
        lambda: _change("PATCH", POSTS, POST, {"title": "New"}), calls=4, status=200, left=_both("POST", CHANGED)
    ),
    "no post": Write(lambda: _change("DELETE", POSTS, POST), calls=4, status=204, left=_both("POST", GONE)),
    "event": Write(_record, calls=4, status=201, left=_both("EVENT", ONE)),
}
MOMENTS = [
    pytest.param(write, Death(number, moment), id=f"{name}-{moment}-{number}")
    for name, write in WRITES.items()
    for number in range(1, write.calls + 1)
    for moment in ("before", "after")
]


def shelves() -> Shelves:
    """Every shelf of the table; of a feed all partitions together, each of which must agree with its total."""
    items, totals, revisions = Counter[tuple[str, str]](), Counter[tuple[str, str]](), Counter[str]()
    copies = defaultdict[str, set[str]](set)
    for row in rows():
        place = row["pk"].split("#")
        kind, _, item_id = row["sk"].partition("#")
        if row["sk"] == "TOTAL":  # FEED#<kind>#<shard>
            totals[f"FEED {place[1]}", place[2]] += int(row["total"])
            revisions[f"FEED {place[1]}"] += int(row["revision"])
        elif place[0] == "FEED":  # FEED#<kind>#<month>#<shard>   <id>
            items[f"FEED {place[1]}", place[3]] += 1
            copies[row["sk"]].add(row["document"])
        elif "total" in row:  # USER#<id> or SERVICE#<id>   <kind>S
            totals[kind[:-1], row["pk"]] += int(row["total"])
            revisions[kind[:-1]] += int(row["revision"])
        elif kind.endswith(("TICKET", "POST", "EVENT")):
            items[kind, row["pk"]] += 1
            copies[item_id].add(row["document"])
    assert +items == +totals
    assert all(len(documents) == 1 for documents in copies.values()), copies
    return {kind: (_sum(items, kind), _sum(totals, kind), revisions[kind]) for kind in revisions}


def _sum(counter: Counter[tuple[str, str]], kind: str) -> int:
    return sum(number for (of, _), number in counter.items() if of == kind)


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_the_matrix_leaves_out_no_call(write: Write) -> None:
    request = write.prepare()
    with counted() as calls:
        assert call(**request).status == write.status
    assert len(calls.operations) == write.calls
    assert calls.operations[-1] == "TransactWriteItems"
    assert shelves() == write.left


@pytest.mark.parametrize(("write", "death"), MOMENTS)
def test_all_shelves_agree_whenever_the_process_is_killed(write: Write, death: Death, fleet: Fleet) -> None:
    request = write.prepare()
    before = shelves()
    assert fleet.run(invocation(**request, death=death, milliseconds=1)) == [None]
    committed = death == Death(write.calls, "after")
    assert shelves() == (write.left if committed else before)
    answer = call(**request)
    assert answer.status == write.status
    assert same(call(**request)) == same(answer)
    assert shelves() == write.left
