"""Tickets, each in a feed and in its owner's collection, and again in those of its status."""

import random

from scripts.proof.soak.kinds import Json, Kind, Listing

PATH = "/v1/support/tickets"
STATUSES = ("open", "closed")


def _collections(owner: str, ticket: Json) -> list[str]:
    kinds = ("TICKET", f"{ticket['status'].upper()}-TICKET")
    return [f"{place}{kind}" for kind in kinds for place in ("FEED#", f"{owner}/")]


def _listings(_: str) -> list[Listing]:
    return [Listing(PATH), Listing(f"{PATH}?status=open", lambda ticket: ticket["status"] == "open")]


def _status(dice: random.Random) -> Json:
    return {"status": dice.choice(STATUSES)}


KIND = Kind(
    prefix="tkt",
    path=PATH,
    text="subject",
    draft=lambda _: {"message": "Soak"},
    weight=10,
    collections=_collections,
    counted="TICKET",
    patch=_status,
    deletable=False,
    listings=_listings,
)
