"""A service, what happened to it, and a page of the feed of events."""

from scripts.proof.bench.events import body_of
from scripts.proof.bench.fake_dynamodb.answers import Stored
from scripts.proof.bench.fake_dynamodb.items import SHARD_PAGE, TIME, TIMES, Owner, collection, document

EVENT_ID = "evt_019ab8f5-9e10-7b3c-a274-5d6e7f8091a2"


def stored(_: Owner) -> Stored:
    content = {**body_of("status.create_event"), "id": EVENT_ID, "occurred_at": TIME, **TIMES}
    service_id = content["service_id"]
    state = {name: content[name] for name in ("status", "description", "occurred_at")} | TIMES
    state |= {"id": service_id, "since": TIME, "since_id": EVENT_ID, "event_id": EVENT_ID, "rolled_up_to": TIME[:10]}
    event = document(f"SERVICE#{service_id}", f"AT#{TIME}#{EVENT_ID}", content)
    service = document("STATUS", f"SERVICE#{service_id}", state)
    in_feed = document("FEED#EVENT#0", f"EVENT#{EVENT_ID}", content)
    events, services = [event] * SHARD_PAGE, [service] * SHARD_PAGE
    feed = collection("FEED#EVENT#0", "EVENT", in_feed, SHARD_PAGE)
    return {
        "items": {'"STATUS"': service},
        "pages": {
            "FEED#EVENT#": feed,
            '"STATUS"': services,
            '"AT#': events,
            '"DAY#': [],
        },
    }
