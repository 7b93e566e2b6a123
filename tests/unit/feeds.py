"""A feed of things, and ways through it."""

from pydantic import BaseModel

from neoforge.dynamodb.resource_store import Slice
from neoforge.dynamodb.sharded_feed import ShardedFeed
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.models import ANY, Precondition
from tests.unit.helpers import commit, id_at

THINGS = ShardedFeed("THING")
NOW = "2026-11-23T12:00:00.000Z"


class Thing(BaseModel):
    """A resource of the feed."""

    id: str
    version: int = 1


def make(*moments: str) -> list[str]:
    """Create a resource at each of these times. Return their ids, newest first."""
    made = [id_at("thg", moment) for moment in sorted(moments)]
    for thing in made:
        work = UnitOfWork()
        THINGS.create(work, Thing(id=thing))
        commit(work)
    return sorted(made, reverse=True)


def delete(thing: str, precondition: Precondition = ANY) -> None:
    """Delete a thing."""
    work = UnitOfWork()
    THINGS.delete(work, thing, precondition)
    commit(work)


def ids(*windows: Slice) -> list[str]:
    """Return the ids on consecutive pages."""
    return [Thing.model_validate_json(document).id for window in windows for document in window.documents]


def forth(size: int) -> list[Slice]:
    """Walk from the first window to the last."""
    windows = [THINGS.first_page(size)]
    while (position := windows[-1].next_position) is not None:
        windows.append(THINGS.next_page(position, size, windows[0].stats))
    return windows


def back(window: Slice, size: int) -> list[Slice]:
    """Walk from a window to the first, which comes first; the window itself left out."""
    windows = [window]
    while (position := windows[0].previous_position) is not None:
        windows.insert(0, THINGS.previous_page(position, size, window.stats))
    return windows[:-1]
