"""Accounts, as admins see them."""

import secrets

from tests.catalog.model import ACCOUNTS, ADMINS, IDEMPOTENCY, Function, Log, case
from tests.catalog.world import World

SUSPENDED = {"state": "suspended"}
WITH_ADMIN = Log(3, 1100, 3, 1050)  # a security event with the pseudonyms of two accounts
# What an admin and a member leave, by what was done to the member.
SUSPENDED_MEMBER = (
    *("ACCESS version=3", "ACCOUNT version=2", "CREDENTIAL version=1", "SESSION version=1"),
    *("ACCESS version=3", "ACCOUNT version=2", "CREDENTIAL version=1", "SESSION version=1"),
)
THREE_ENDED = (
    *("ACCESS version=3", "ACCOUNT version=2", "CREDENTIAL version=1", "SESSION version=1"),
    *("ACCESS version=5", "ACCOUNT version=1", "CREDENTIAL version=1"),
)


def account(w: World, sessions: int = 1) -> str:
    """Return the path of an account of nobody else, as what is suspended is of no use to other cases."""
    member = w.sign_up(f"member-{secrets.token_hex(4)}")
    for _ in range(sessions - 1):
        w.log_in(member)
    return f"/v1/admin/accounts/{member.user_id}"


FUNCTIONS = [
    Function(
        handler="admin.get_account",
        access=ADMINS,
        modules=464,
        needs=ACCOUNTS,
        cases={
            "found": case(lambda w: w.admin.get(account(w)), "UpdateItem GetItem GetItem", reads=2, writes=1),
            "unchanged": case(
                lambda w: w.unchanged(w.admin.get(account(w))),
                "UpdateItem GetItem GetItem",
                reads=2,
                writes=1,
                status=304,
            ),
        },
    ),
    Function(
        handler="admin.update_account",
        access=ADMINS,
        modules=500,
        needs=ACCOUNTS | IDEMPOTENCY,
        log=WITH_ADMIN,
        cases={
            # Account, access item; the transaction also checks that the caller is an active admin.
            "suspend": case(
                lambda w: w.admin.patch(account(w), SUSPENDED),
                "UpdateItem GetItem GetItem TransactWriteItems",
                reads=2,
                writes=7,
                leaves=SUSPENDED_MEMBER,
            ),
            "with-key": case(
                lambda w: w.admin.patch(account(w), SUSPENDED).keyed(),
                "UpdateItem PutItem GetItem GetItem TransactWriteItems",
                reads=2,
                writes=10,
            ),
            "nothing-changes": case(
                lambda w: w.admin.patch(account(w), {}), "UpdateItem GetItem GetItem", reads=2, writes=1
            ),
            "own-account": case(
                lambda w: w.admin.patch(f"/v1/admin/accounts/{w.admin.user_id}", SUSPENDED), status=403
            ),
        },
    ),
    Function(
        handler="admin.revoke_sessions",
        access=ADMINS,
        modules=500,
        needs=ACCOUNTS | IDEMPOTENCY,
        log=WITH_ADMIN,
        cases={
            "three": case(
                lambda w: w.admin.post(f"{account(w, sessions=3)}/revoke-sessions"),
                "UpdateItem GetItem TransactWriteItems",
                reads=1,
                writes=11,
                leaves=THREE_ENDED,
            ),
            "with-key": case(
                lambda w: w.admin.post(f"{account(w)}/revoke-sessions").keyed(),
                "UpdateItem PutItem GetItem TransactWriteItems",
                reads=1,
                writes=10,
            ),
        },
    ),
]
