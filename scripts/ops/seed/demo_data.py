"""Demo accounts, and a year of what their owners did."""

from collections.abc import Collection
from functools import cache
from unittest.mock import patch

from neoforge.accounts import passwords, repository
from neoforge.accounts.model import Account, NewAccount
from neoforge.dynamodb.transaction import transact
from scripts.ops.seed.year import Year
from scripts.plugins import modules_in

DOMAINS = modules_in("scripts.ops.seed.domains")
PASSWORD = "correct horse battery staple"  # noqa: S105 - of the demo account
NAMES = ("Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Margaret", "Tim", "Radia", "Linus")
FEWEST_PEOPLE = 3


def seed(size: int, domains: Collection[str] = DOMAINS.keys()) -> int:
    """Write a year of these domains; return the number of items."""
    year = Year(size, [_register(number) for number in range(max(FEWEST_PEOPLE, size // 100))])
    with patch.object(repository, "get", cache(repository.get)):  # posts and tickets read their author each
        for name in domains:
            DOMAINS[name].fill(year)
    return year.write()


def email_of(number: int) -> str:
    return f"demo-{number}@example.com"


def _register(number: int) -> str:
    """Create a demo account unless an earlier run did; return its id."""
    email = email_of(number)
    if known := repository.credential(email):
        return known[0].user_id
    name = f"{NAMES[number % len(NAMES)]} {number}"
    account = Account.new(NewAccount.model_validate({"email": email, "password": PASSWORD, "display_name": name}))
    transact(lambda work: repository.create(work, account, _password_hash()))
    return account.id


@cache
def _password_hash() -> str:
    return passwords.hashed(PASSWORD)
