"""Roles are granted by those who can write to the table, never over HTTP. They apply from the next request on."""

from typing import get_args

from neoforge.accounts import access_item, repository
from neoforge.accounts.model import Role
from neoforge.dynamodb.transaction import UnitOfWork, transact
from neoforge.errors import NotFound
from neoforge.models import apply_patch

ORDER = get_args(Role)


def grant(email: str, role: Role, *, revoke: bool = False) -> list[Role]:
    """Grant a role to the account with this e-mail, or revoke it. Return the account's roles. Raises NotFound."""
    return transact(lambda work: _grant(work, email, role, revoke=revoke))


def _grant(work: UnitOfWork, email: str, role: Role, *, revoke: bool) -> list[Role]:
    found = repository.credential(email)
    account = repository.get(found[0].user_id) if found else None
    access = access_item.read(account.id) if account else None
    if account is None or access is None:
        raise NotFound
    roles = {*account.roles} - {role} if revoke else {*account.roles, role}
    ordered: list[Role] = sorted(roles | {"user"}, key=ORDER.index)
    after = apply_patch(account, {"roles": ordered})
    if after is not account:
        repository.replace(work, after, account.version)
        access_item.set_roles(work, account.id, access, frozenset(ordered))
    return ordered
