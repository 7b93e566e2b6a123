"""The year that demo data is spread over."""

import random
import time
from collections.abc import Iterator, Sequence
from functools import partial
from unittest.mock import patch

from uuid_utils import uuid7

from neoforge import clock
from neoforge.dynamodb.transaction import UnitOfWork
from scripts.ops.seed.bulk import Bulk

SECONDS = 365 * 24 * 3600
VERBS = ("Relaunch", "Speed up", "Rewrite", "Document", "Measure", "Simplify", "Test", "Retire")
THINGS = ("website", "billing", "mobile app", "search", "onboarding", "API", "newsletter", "checkout")


class Year:
    """The 365 days until now. size: what the number of everything is in proportion to; people: ids of accounts."""

    def __init__(self, size: int, people: Sequence[str]) -> None:
        self.size = size
        self.random = random.Random(size)  # noqa: S311 - nothing secret
        self._people = people
        self._bulk = Bulk()

    def moments(self, count: int) -> Iterator[UnitOfWork]:
        """Yield a unit of work for each of `count` moments. Ids that are created meanwhile, and so times, are its."""
        start = time.time() - SECONDS
        for number in range(count):
            moment = start + SECONDS * (number + self.random.random()) / count
            work = UnitOfWork()
            with patch.object(clock, "new_id", partial(_id_at, moment)):
                yield work
            self._bulk.add(work)

    def person(self) -> str:
        """Return the id of a random account."""
        return self.random.choice(self._people)

    def phrase(self) -> str:
        return f"{self.random.choice(VERBS)} the {self.random.choice(THINGS)}"

    def write(self) -> int:
        """Write everything; return the number of items."""
        return self._bulk.write()


def _id_at(moment: float, prefix: str) -> str:
    return f"{prefix}_{uuid7(nanoseconds=int(moment * 1e9))}"
