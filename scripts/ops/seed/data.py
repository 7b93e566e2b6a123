"""People, and what they did in a year."""

import random
import time
from collections.abc import Iterator
from functools import cache, partial
from unittest.mock import patch

from uuid_utils import uuid7

from neoforge import clock
from neoforge.accounts import passwords
from neoforge.accounts import repository as accounts
from neoforge.accounts.model import Account, NewAccount
from neoforge.community import repository as posts
from neoforge.community.model import NewPost
from neoforge.dynamodb.transaction import UnitOfWork, transact
from neoforge.projects import repository as projects
from neoforge.projects.model import NewProject
from neoforge.status import repository as status
from neoforge.status.model import Event, NewEvent
from neoforge.status.service import after
from neoforge.support import repository as tickets
from neoforge.support.model import NewTicket
from scripts.ops.seed.bulk import Bulk

YEAR = 365 * 24 * 3600  # seconds
PASSWORD = "correct horse battery staple"  # noqa: S105 - of the demo account
NAMES = ("Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Margaret", "Tim", "Radia", "Linus")
VERBS = ("Relaunch", "Speed up", "Rewrite", "Document", "Measure", "Simplify", "Test", "Retire")
THINGS = ("website", "billing", "mobile app", "search", "onboarding", "API", "newsletter", "checkout")
SERVICES = ("api", "checkout", "website", "search")
TROUBLES = ("degraded_performance", "partial_outage", "major_outage", "under_maintenance")


def seed(size: int) -> int:
    """Write a year; tell how many items."""
    dice, bulk = random.Random(size), Bulk()  # noqa: S311 - nothing secret
    people = [_person(number) for number in range(max(3, size // 100))]
    with patch.object(accounts, "get", cache(accounts.get)):  # each post asks for its author's name
        for work in _year(size, dice, bulk):
            content = ". ".join(_text(dice) for _ in range(8))
            posts.create(work, dice.choice(people), NewPost(title=_text(dice), content=f"{content}."))
        for work in _year(size, dice, bulk):
            projects.create(work, dice.choice(people), NewProject(name=_text(dice), description=_text(dice)))
        for work in _year(size // 2, dice, bulk):
            tickets.create(work, dice.choice(people), NewTicket(subject=_text(dice), message=_text(dice)))
    _events(size // 10, dice, bulk)
    return bulk.write()


def _year(count: int, dice: random.Random, bulk: Bulk) -> Iterator[UnitOfWork]:
    """Go through a year, and give a unit of work at each moment. Ids, and so times, are of that moment."""
    start = time.time() - YEAR
    for number in range(count):
        work, new_id = UnitOfWork(), partial(_id_of, start + YEAR * (number + dice.random()) / count)
        with patch.object(clock, "new_id", new_id):
            yield work
        bulk.take(work)


def _id_of(moment: float, prefix: str) -> str:
    return f"{prefix}_{uuid7(nanoseconds=int(moment * 1e9))}"


def _text(dice: random.Random) -> str:
    return f"{dice.choice(VERBS)} the {dice.choice(THINGS)}"


def _person(number: int) -> str:
    """Register somebody, unless an earlier run did; the id."""
    email = f"demo-{number}@example.com"
    if known := accounts.credential(email):
        return known[0].user_id
    name = f"{NAMES[number % len(NAMES)]} {number}"
    account = Account.new(NewAccount.model_validate({"email": email, "password": PASSWORD, "display_name": name}))
    transact(lambda work: accounts.create(work, account, _hashed()))
    return account.id


@cache
def _hashed() -> str:
    return passwords.hashed(PASSWORD)


def _events(count: int, dice: random.Random, bulk: Bulk) -> None:
    """Let services fail now and then and recover; the last events are how they are."""
    before = {name: status.find_service(name) for name in SERVICES}
    now = dict(before)
    for number, work in enumerate(_year(count, dice, bulk)):
        name = SERVICES[number // 2 % len(SERVICES)]
        word = "operational" if number % 2 else dice.choice(TROUBLES)
        event = Event.new(NewEvent.model_validate({"service_id": name, "status": word}))
        status.append(work, event)
        now[name] = after(now[name], event)
    for name, current in now.items():
        if current is not None and current is not before[name]:
            work = UnitOfWork()
            status.set_service(work, before[name], current)
            work.commit()
