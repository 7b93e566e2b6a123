"""What admins do with the accounts of others: look at them, suspend them, end their sessions.

get: 2 GetItems · update: 2 GetItems and part of 1 transaction · revoke_sessions: 1 GetItem and part of 1 transaction
"""

from pydantic import Field

from neoforge import observability
from neoforge.accounts import access_item, repository, sessions
from neoforge.accounts.access_item import Access, Caller
from neoforge.accounts.model import Account, State
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.errors import Forbidden, NotFound
from neoforge.models import Body, Precondition, apply_patch
from neoforge.signing import pseudonym


class AdministeredAccount(Account):
    """An account, as admins see it."""

    state: State = Field(description="A suspended account is refused.", examples=["active"])


class StateChange(Body):
    """A merge patch of an account by an admin (RFC 7396): absent members are left unchanged."""

    state: State = "active"  # never applied: only members that were sent are


def get(user_id: str) -> AdministeredAccount:
    """Read an account with its state. Raises NotFound."""
    return _read(user_id)[0]


def update(
    work: UnitOfWork, caller: Caller, user_id: str, change: StateChange, precondition: Precondition
) -> AdministeredAccount:
    """Change the state of an account. Raises NotFound, PreconditionFailed, and Forbidden for the caller's own.

    The commit raises Forbidden if the caller is no longer an active admin: of two who suspend one another at once, one
    remains.
    """
    account, access = _read(user_id)
    precondition.check(account)
    after = apply_patch(account, change.changes())
    if after is account:
        return account
    if user_id == caller.user_id:
        raise Forbidden("Admins cannot suspend their own account.")
    repository.replace(work, Account(**after.model_dump(exclude={"state"})), account.version)
    access_item.set_state(work, user_id, access, after.state)
    access_item.require_admin(work, caller.user_id)
    told = {"target": pseudonym(user_id), "state": after.state}
    work.after_commit(lambda: observability.security_event("AccountStateChanged", **told))
    return after


def revoke_sessions(work: UnitOfWork, caller: Caller, user_id: str) -> int:
    """End all sessions of an account, whatever its state. Return how many.

    Raises NotFound; the commit raises Forbidden if the caller is no longer an active admin.
    """
    access = access_item.read(user_id)
    if access is None:
        raise NotFound
    if access.sessions and user_id != caller.user_id:
        access_item.require_admin(work, caller.user_id)
    return sessions.end_all(work, user_id, access)


def _read(user_id: str) -> tuple[AdministeredAccount, Access]:
    """Read the account before its state: a version is never shown with the state of an earlier one."""
    account, access = repository.get(user_id), access_item.read(user_id)
    if access is None:
        raise NotFound
    return AdministeredAccount(**account.model_dump(), state=access.state), access
