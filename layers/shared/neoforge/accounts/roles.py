"""Roles are granted by who may write the table, never over HTTP; they count from the next request on."""

from typing import get_args

from neoforge.accounts import access_item, repository
from neoforge.accounts.model import Role
from neoforge.dynamodb.transaction import UnitOfWork, transact
from neoforge.errors import NotFound
from neoforge.models import apply_patch

ORDER = get_args(Role)


def grant(email: str, role: Role, *, revoke: bool = False) -> list[Role]:
    """Give a role to the account with this e-mail, or take it away; give its roles. Raises NotFound."""
    return transact(lambda work: _grant(work, email, role, revoke=revoke))


def _grant(work: UnitOfWork, email: str, role: Role, *, revoke: bool) -> list[Role]:
    found = repository.credential(email)
    account = repository.get(found[0].user_id) if found else None
    was = access_item.read(account.id) if account else None
    if account is None or was is None:
        raise NotFound
    roles = {*account.roles} - {role} if revoke else {*account.roles, role}
    ordered: list[Role] = sorted(roles | {"user"}, key=ORDER.index)
    after = apply_patch(account, {"roles": ordered})
    if after is not account:
        repository.replace(work, after, account.version)
        access_item.set_roles(work, account.id, was, frozenset(ordered))
    return ordered
