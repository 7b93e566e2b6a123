from itertools import takewhile
from typing import Any

from neoforge.dynamodb.resource_store import ResourceStore
from neoforge.status import repository
from neoforge.status.model import Event
from tests.proof.faults.invariants import Table, document, hold

PREFIX = "evt_"
KINDS = ("EVENT",)
ALONE = ("ROLLUP",)


def stores(_: str, content: Any) -> list[ResourceStore]:
    return [repository.FEED, repository.events_of(Event.model_validate(content).service_id)]


def check(table: Table) -> None:
    """Check the timeline, and that each service has the state of its newest event."""
    for (pk, sk), row in list(table.rows.items()):
        if pk.startswith("SERVICE#") and sk.startswith(f"EVENT#{PREFIX}"):
            content = document(row)
            copy = table.find(pk, f"AT#{content['occurred_at']}#{content['id']}", "an event has its place in time")
            hold(copy["document"] == row["document"], "all copies of an event are equal", copy)
            hold((repository.PK, pk) in table.rows, "a service has a state", row)
        elif pk == repository.PK:
            _service(table, sk, document(table.find(pk, sk, "")))


def _service(table: Table, pk: str, current: Any) -> None:
    events = [document(row) for (place, sk), row in table.rows.items() if place == pk and sk.startswith("AT#")]
    *earlier, newest = sorted(events, key=lambda event: (event["occurred_at"], event["id"]))
    for mine, its in (("event_id", "id"), ("status", "status"), ("description", "description")):
        hold(current[mine] == newest[its], "a service has the state of its newest event", (current, newest))
    run = [newest, *takewhile(lambda event: event["status"] == newest["status"], reversed(earlier))]
    first = run[-1]["occurred_at"], run[-1]["id"]
    hold((current["since"], current["since_id"]) == first, "a status begins with the first event that has it", current)
    hold(current["updated_at"] == max(event["created_at"] for event in events), "each event is told of", current)
    hold(current["version"] >= len(events), "each event raises the version", current)
    for place, sk in list(table.rows):
        if place == pk and sk.startswith("DAY#"):
            table.find(place, sk, "")
            hold(sk.removeprefix("DAY#") <= current["rolled_up_to"], "a day is stored only up to where it says", sk)
