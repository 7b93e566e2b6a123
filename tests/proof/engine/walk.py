"""A walk through the pages of a list."""

from collections.abc import Callable, Iterator
from typing import Any


def walk(
    first: dict[str, Any],
    member: str,
    page: Callable[[str], dict[str, Any]],
    meanwhile: Callable[[dict[str, Any]], None] = lambda _: None,
) -> Iterator[dict[str, Any]]:
    """Yield every page from the first on, in one direction; something may happen after each one was seen."""
    current = first
    while True:
        yield current
        if current[member] is None:
            return
        meanwhile(current)
        current = page(current[member])
