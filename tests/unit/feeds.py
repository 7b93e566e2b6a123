"""A feed of things, and ways through it."""

from pydantic import BaseModel

from neoforge.collection import Window
from neoforge.feed import Feed
from neoforge.work import UnitOfWork
from tests.unit.helpers import commit, id_at

THINGS = Feed("THING", "thg")
NOW = "2026-11-23T12:00:00.000Z"


class Thing(BaseModel):
    """What the feed holds."""

    id: str
    version: int = 1


def make(*moments: str) -> list[str]:
    """Make a thing at each of these times, one after the other; give their ids as a list shows them."""
    made = [id_at("thg", moment) for moment in sorted(moments)]
    for thing in made:
        work = UnitOfWork()
        THINGS.create(work, Thing(id=thing))
        commit(work)
    return sorted(made, reverse=True)


def delete(thing: str, versions: frozenset[int] | None = None) -> None:
    """Delete a thing."""
    work = UnitOfWork()
    THINGS.delete(work, thing, versions)
    commit(work)


def ids(*windows: Window) -> list[str]:
    """Give what windows show, one after the other."""
    return [Thing.model_validate_json(document).id for window in windows for document in window.documents]


def forth(size: int) -> list[Window]:
    """Walk from the first window to the last."""
    windows = [THINGS.newest(size)]
    while (position := windows[-1].older) is not None:
        windows.append(THINGS.older(position, size, windows[0].state))
    return windows


def back(window: Window, size: int) -> list[Window]:
    """Walk from a window to the first, which comes first; the window itself left out."""
    windows = [window]
    while (position := windows[0].newer) is not None:
        windows.insert(0, THINGS.newer(position, size, window.state))
    return windows[:-1]
