"""What a process creates before its first request, such as the client of DynamoDB.

On Lambda this is done while the handler is imported, by create_app() or create_schedule(). Scripts and tests import the
same modules, and nothing is created before it is used.
"""

import gc
from collections.abc import Callable
from functools import cache

from neoforge.settings import runs_on_lambda, settings

_creators: list[Callable[[], object]] = []


def pause_garbage_collection() -> None:
    """Pause it while a handler is imported: there is little garbage, and looking for it takes a tenth of the time."""
    if runs_on_lambda():
        gc.disable()


def at_startup[T](create: Callable[[], T]) -> Callable[[], T]:
    """Decorate a function that creates something once: at startup, or when it is first called."""
    creator = cache(create)
    _creators.append(creator)
    return creator


def finish() -> None:
    """Create what the imported modules need, and resume garbage collection; what was imported is never looked at."""
    settings.load()
    for create in _creators:
        create()
    gc.freeze()
    gc.enable()
