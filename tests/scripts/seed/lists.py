"""Walks through lists."""

import itertools

from neoforge.api.pagination import Pages


def count_all(pages: Pages) -> int:
    """Return how many resources a list shows from its first page to its last, which has to be its total."""
    page, count = pages.first_page(100), 0
    for number in itertools.count(1):
        count += len(page.documents)
        if page.next_position is None:
            break
        assert number < 100, "the list does not end"
        page = pages.next_page(page.next_position, 100, page.stats)
    assert page.stats.total == page.stats.revision == count
    return count
