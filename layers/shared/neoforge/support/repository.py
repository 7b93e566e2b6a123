"""Access patterns of tickets. Each lies on up to four shelves, so that every list is one, filtered or not.

FEED#TICKET#<month>#<shard>            <ticket_id>                   the ticket, for staff
FEED#<STATUS>-TICKET#<month>#<shard>   <ticket_id>                   the same, among those of its status
USER#<owner_id>                        TICKET#<ticket_id>            the same, for its owner
USER#<owner_id>                        <STATUS>-TICKET#<ticket_id>   the same, among those of its status

get: 1 GetItem · lists: see dynamodb/sharded_feed.py and collection.py · each write: part of 1 transaction
"""

from neoforge.accounts import repository as accounts
from neoforge.accounts.access_item import Caller, partition
from neoforge.dynamodb.collection import Collection
from neoforge.dynamodb.sharded_feed import ShardedFeed
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.errors import InvalidField
from neoforge.models import Precondition, apply_patch
from neoforge.support.model import STAFF, NewTicket, Ticket, TicketChange

ResourceStore = ShardedFeed | Collection


def visible(caller: Caller, status: str | None = None) -> ResourceStore:
    """Give what an account may see: staff all tickets, everybody else their own; those of a status, if there is one."""
    return queue(status) if caller.roles & STAFF else owned_by(caller.user_id, status)


def queue(status: str | None = None) -> ShardedFeed:
    """Give all tickets."""
    return ShardedFeed(_kind(status), "tkt")


def owned_by(owner_id: str, status: str | None = None) -> Collection:
    """Give an owner's tickets."""
    return Collection(_kind(status), partition(owner_id))


def get(caller: Caller, ticket_id: str) -> Ticket:
    """Read a ticket. Raises NotFound, also for one that this account may not see."""
    return Ticket.model_validate_json(visible(caller).get(ticket_id))


def create(work: UnitOfWork, user_id: str | None, draft: NewTicket) -> Ticket:
    """Make a ticket. Raises Invalid without both an account and an e-mail."""
    email = draft.email or (accounts.get(user_id).email if user_id else None)
    if email is None:
        raise InvalidField("email", "An e-mail is needed without an account.")
    ticket = Ticket.new(user_id, email, draft)
    for shelf in [*_unfiltered(ticket), *_of_status(ticket)]:
        shelf.create(work, ticket)
    return ticket


def update(
    work: UnitOfWork, caller: Caller, ticket_id: str, change: TicketChange, precondition: Precondition
) -> Ticket:
    """Change a ticket. Raises NotFound, Forbidden or PreconditionFailed."""
    ticket = get(caller, ticket_id)
    ticket.check_change(caller, change)
    precondition.check(ticket)
    after = apply_patch(ticket, change.changes())
    if after is not ticket:
        _replace(work, ticket, after)
    return after


def _replace(work: UnitOfWork, before: Ticket, after: Ticket) -> None:
    kept = _unfiltered(before)
    if before.status == after.status:
        kept += _of_status(before)
    for shelf in kept:  # before the others: a change meanwhile makes this one outdated, not NotFound
        shelf.replace(work, after, before.version)
    if before.status != after.status:
        for shelf in _of_status(before):
            shelf.delete(work, before.id, Precondition(frozenset({before.version})))
        for shelf in _of_status(after):
            shelf.create(work, after)


def _unfiltered(ticket: Ticket) -> list[ResourceStore]:
    return [queue(), *([owned_by(ticket.user_id)] if ticket.user_id else [])]


def _of_status(ticket: Ticket) -> list[ResourceStore]:
    return [queue(ticket.status), *([owned_by(ticket.user_id, ticket.status)] if ticket.user_id else [])]


def _kind(status: str | None) -> str:
    return f"{status.upper()}-TICKET" if status else "TICKET"
