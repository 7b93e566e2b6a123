"""Status events, and the states of the services that follow from them."""

import random

from scripts.proof.soak.kinds import Derived, Documents, Json, Kind

PATH = "/v1/status/events"
STATUSES = ("operational", "degraded_performance", "partial_outage", "major_outage", "under_maintenance")
SERVICES = ("api", "website", "checkout")


def _draft(dice: random.Random) -> Json:
    return {"service_id": dice.choice(SERVICES), "status": dice.choice(STATUSES)}


def _state(service: Json) -> Json:
    return {name: service[name] for name in ("id", "status", "event_id")}


def _states(events: list[Json]) -> Documents:
    """Return the state of each service: that of its newest event."""
    ordered = sorted(events, key=lambda event: (event["occurred_at"], event["id"]))
    return {
        event["service_id"]: {"id": event["service_id"], "status": event["status"], "event_id": event["id"]}
        for event in ordered
    }


KIND = Kind(
    prefix="evt",
    path=PATH,
    text="description",
    draft=_draft,
    weight=6,
    collections=lambda _, event: ["FEED#EVENT", *(f"SERVICE#{event['service_id']}/{kind}" for kind in ("EVENT", "AT"))],
    counted="EVENT",
    has_own_path=False,
    deletable=False,
    keyed=1,  # the state of a service would follow from events that nobody was told of
    other_paths=("/v1/status", PATH),
    derived=Derived("STATUS", _state, _states),
)
