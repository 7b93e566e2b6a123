"""What `make soak` compares: the table as the repositories write it, and what clients were told."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from neoforge.accounts import repository as accounts
from neoforge.accounts.access_item import Caller
from neoforge.accounts.model import Account, NewAccount
from neoforge.community import repository as posts
from neoforge.community.model import NewPost
from neoforge.dynamodb.client import get_client
from neoforge.dynamodb.expressions import Update
from neoforge.dynamodb.item import Item
from neoforge.dynamodb.transaction import UnitOfWork, transact
from neoforge.models import ANY
from neoforge.projects import repository as projects
from neoforge.projects.model import NewProject, ProjectChange
from neoforge.settings import settings
from neoforge.status import repository as status
from neoforge.status.model import Event, NewEvent
from neoforge.status.service import after
from neoforge.support import repository as tickets
from neoforge.support.model import NewTicket, TicketChange
from scripts.proof.soak.compare import differences, table_items
from scripts.proof.soak.ledger import Json, Ledger
from scripts.proof.soak.meter import Meter, percentile
from tests.api import PASSWORD, create_table

type Edit = Callable[[Json], None]


@pytest.fixture(autouse=True)
def _table() -> Iterator[None]:
    with mock_aws():
        create_table(get_client())
        yield


def make(build: Callable[[UnitOfWork], Any]) -> Json:
    made: Json = transact(build).model_dump()
    return made


def record(work: UnitOfWork) -> Event:
    event = Event.new(NewEvent(service_id="api", status="major_outage", description="d"))
    before = status.find_service("api")
    status.append(work, event)
    status.set_service(work, before, after(before, event))
    return event


def one_of_each(owner: str, number: str) -> list[Json]:
    return [
        make(lambda work: projects.create(work, owner, NewProject(name=f"n{number}"))),
        make(lambda work: tickets.create(work, owner, NewTicket(subject=f"s{number}", message="m"))),
        make(lambda work: posts.create(work, owner, NewPost(title=f"t{number}", content="c"))),
        make(record),
    ]


@pytest.fixture
def ledger() -> Ledger:
    """An account with two of everything, and all that its clients were told."""
    account = Account.new(
        NewAccount.model_validate({"email": "a@example.com", "password": PASSWORD, "display_name": "A"})
    )
    transact(lambda work: accounts.create(work, account, "hash"))
    caller = Caller(account.id, "ses", frozenset({"user"}))
    ledger = Ledger(account.model_dump())
    for one in [*one_of_each(account.id, "1"), *one_of_each(account.id, "2")]:
        ledger.resources[one["id"]] = one
    ticket = ledger.of_kind("tkt")[0]["id"]
    closed = make(lambda work: tickets.update(work, caller, ticket, TicketChange(status="closed"), ANY))
    ledger.resources[ticket] = closed
    return ledger


def compared(ledger: Ledger) -> list[str]:
    return differences([ledger], table_items(boto3.client("dynamodb"), settings.table_name))


def test_what_was_told_is_what_is_stored(ledger: Ledger) -> None:
    assert compared(ledger) == []


@pytest.mark.parametrize(("prefix", "copies"), [("prj", 1), ("tkt", 4), ("pst", 2), ("evt", 3)])
def test_what_is_lost_is_missed_on_every_shelf(ledger: Ledger, prefix: str, copies: int) -> None:
    lost = ledger.of_kind(prefix)[1]
    invented = lost | {"id": lost["id"][:-4] + "ffff"}
    ledger.resources[invented["id"]] = invented
    found = [one for one in compared(ledger) if not one.startswith("STATUS")]
    assert len(found) == copies
    assert all(f"{invented['id']} is lost" in one for one in found)


@pytest.mark.parametrize(("prefix", "copies"), [("prj", 1), ("tkt", 4), ("pst", 2), ("evt", 3)])
def test_what_nobody_was_told_of_is_found(ledger: Ledger, prefix: str, copies: int) -> None:
    forgotten = ledger.resources.pop(ledger.of_kind(prefix)[1]["id"])
    found = compared(ledger)
    assert len(found) == copies
    what = "is one more of what a client asked for once" if prefix == "evt" else "no client was told of it"
    assert all(forgotten["id"] in one and what in one for one in found)


def test_what_was_made_twice_is_called_so(ledger: Ledger) -> None:
    make(lambda work: projects.create(work, ledger.account["id"], NewProject(name="n1")))
    assert [one.partition(" is ")[2] for one in compared(ledger)] == ["one more of what a client asked for once"]


def test_what_may_have_been_made_is_no_difference(ledger: Ledger) -> None:
    make(lambda work: projects.create(work, ledger.account["id"], NewProject(name="perhaps")))
    assert len(compared(ledger)) == 1
    ledger.doubtful.add("perhaps")
    assert compared(ledger) == []


def test_a_change_that_was_not_told_of_is_found(ledger: Ledger) -> None:
    project, owner = ledger.of_kind("prj")[0], ledger.account["id"]
    make(lambda work: projects.update(work, owner, project["id"], ProjectChange(name="other"), ANY))
    (difference,) = compared(ledger)
    assert "'name': 'other'" in difference
    assert difference.endswith(f"a client was told {project}")


def test_a_ticket_on_the_shelf_of_another_status_is_found(ledger: Ledger) -> None:
    ticket = next(one for one in ledger.of_kind("tkt") if one["status"] == "closed")
    ledger.resources[ticket["id"]] = ticket | {"status": "open"}
    found = compared(ledger)
    assert sum("is lost" in one for one in found) == 2
    assert sum("no client was told of it" in one or "one more" in one for one in found) == 2


@pytest.mark.parametrize("by", [1, -1])
def test_a_wrong_total_is_found(ledger: Ledger, by: int) -> None:
    work = UnitOfWork()
    key = (f"USER#{ledger.account['id']}", "PROJECTS")
    work.update(Update(*key, "ADD #total :by", {":by": by}, {"#total": "total"}))
    work.commit()
    assert compared(ledger) == [f"USER#{ledger.account['id']}/PROJECT: 2 items, the total says {2 + by}"]


def test_a_total_of_a_shard_that_is_missing_is_found(ledger: Ledger) -> None:
    item = next(one for one in Item.scan() if one.sk == "TOTAL" and one.pk.startswith("FEED#POST"))
    item.delete()
    assert [one.split(":")[0] for one in compared(ledger)] == [item.pk]


def test_a_session_that_should_have_ended_is_found(ledger: Ledger) -> None:
    owner = ledger.account["id"]
    Item(f"USER#{owner}", "SESSION#ses_1", version=1, document='{"generation": 0}').save()
    assert compared(ledger) == [f"USER#{owner}/SESSION: ses_1 was deleted, or no client was told of it"]
    ledger.sessions.add("ses_1")
    assert compared(ledger) == []


def test_a_state_that_is_not_that_of_the_newest_event_is_found(ledger: Ledger) -> None:
    newest = ledger.of_kind("evt")[0]
    ledger.resources[newest["id"]] = newest | {"occurred_at": "2020-01-01T00:00:00.000Z"}
    assert any(one.startswith("STATUS: api is") for one in compared(ledger))


def test_surprises_of_clients_are_differences(ledger: Ledger) -> None:
    ledger.surprises.append("a stale read")
    assert compared(ledger) == ["a stale read"]


def test_percentiles_are_by_nearest_rank() -> None:
    times = [float(number) for number in range(1, 101)]
    assert [percentile(times, percent) for percent in (50, 95, 99, 100)] == [50, 95, 99, 100]
    assert [percentile([7.0], percent) for percent in (50, 100)] == [7, 7]
    assert percentile([], 50) == 0


def test_requests_are_sorted_by_class_of_route() -> None:
    meter, one = Meter(), "prj_01a20538-11bf-7304-bb36-19bcf1775ed8"
    for path in (f"/v1/projects/{one}", f"/v1/projects/{one}", "/v1/projects?cursor=x"):
        meter.add("GET", path, 0.1, 200)
    assert {name: len(times) for name, times in meter.times.items()} == {"GET /v1/projects/": 2, "GET /v1/projects": 1}
    assert [row.split()[-5:] for row in meter.rows()][1:] == [
        ["1", "100", "100", "100", "100"],
        ["2", "100", "100", "100", "100"],
        ["3", "100", "100", "100", "100"],
    ]
