"""Access patterns of tickets. There are up to four copies of each, so that every list is one Query, filtered or not.

FEED#TICKET#<shard>            TICKET#<ticket_id>            the ticket, for staff
FEED#<STATUS>-TICKET#<shard>   <STATUS>-TICKET#<ticket_id>   a copy among those with its status
USER#<owner_id>                TICKET#<ticket_id>            a copy for its owner
USER#<owner_id>                <STATUS>-TICKET#<ticket_id>   a copy for its owner among those with its status

get: 1 GetItem · lists: see dynamodb/sharded_feed.py and collection.py · each write: part of 1 transaction
"""

from neoforge.accounts import repository as accounts
from neoforge.accounts.access_item import Caller
from neoforge.dynamodb.collection import Collection
from neoforge.dynamodb.keys import user_partition
from neoforge.dynamodb.resource_store import ResourceStore
from neoforge.dynamodb.sharded_feed import ShardedFeed
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.errors import InvalidField
from neoforge.limits import account_limits
from neoforge.models import Precondition, apply_patch
from neoforge.support.model import STAFF, NewTicket, Ticket, TicketChange


def visible(caller: Caller, status: str | None = None) -> ResourceStore:
    """Return the tickets that a caller may see, optionally with a status: all for staff, otherwise their own."""
    return queue(status) if caller.roles & STAFF else owned_by(caller.user_id, status)


def queue(status: str | None = None) -> ShardedFeed:
    """Return all tickets, optionally with a status."""
    return ShardedFeed(_kind(status))


def owned_by(owner_id: str, status: str | None = None) -> Collection:
    """Return an owner's tickets, optionally with a status."""
    return Collection(_kind(status), pk=user_partition(owner_id))


def get(caller: Caller, ticket_id: str) -> Ticket:
    """Read a ticket. Raises NotFound, also for one that the caller may not see."""
    return Ticket.model_validate_json(visible(caller).get(ticket_id))


def create(work: UnitOfWork, user_id: str | None, draft: NewTicket) -> Ticket:
    """Create a ticket. Raises InvalidField without account and e-mail; the commit raises LimitReached."""
    email = draft.email or (accounts.get(user_id).email if user_id else None)
    if email is None:
        raise InvalidField("email", "An e-mail is needed without an account.")
    ticket = Ticket.new(user_id, email, draft)
    for store in _unfiltered(ticket):
        store.create(work, ticket)
    _create_of_status(work, ticket)
    return ticket


def update(
    work: UnitOfWork, caller: Caller, ticket_id: str, change: TicketChange, precondition: Precondition
) -> Ticket:
    """Update a ticket. Raises NotFound, Forbidden or PreconditionFailed; the commit raises LimitReached."""
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
    for store in kept:  # first, so that a concurrent change is a write conflict and not NotFound
        store.replace(work, after, before.version)
    if before.status != after.status:
        for store in _of_status(before):
            store.delete(work, before.id, Precondition(frozenset({before.version})))
        _create_of_status(work, after)


def _unfiltered(ticket: Ticket) -> list[ResourceStore]:
    return [queue(), *([owned_by(ticket.user_id)] if ticket.user_id else [])]


def _of_status(ticket: Ticket) -> list[ResourceStore]:
    return [queue(ticket.status), *([owned_by(ticket.user_id, ticket.status)] if ticket.user_id else [])]


def _create_of_status(work: UnitOfWork, ticket: Ticket) -> None:
    """Add a ticket to those with its status. The commit raises LimitReached if its owner has too many open ones."""
    queue(ticket.status).create(work, ticket)
    if ticket.user_id:
        maximum = account_limits()["open_tickets"] if ticket.status == "open" else None
        owned_by(ticket.user_id, ticket.status).create(work, ticket, maximum)


def _kind(status: str | None) -> str:
    return f"{status.upper()}-TICKET" if status else "TICKET"
