"""The caller's account."""

from tests.catalog.auth import OTHERS_ENDED, with_two_others
from tests.catalog.model import ACCOUNTS, IDEMPOTENCY, PASSWORDS, USERS, WITH_EVENT, Function, case
from tests.catalog.world import PASSWORD, Request, World

ACCOUNT = "/v1/account"
RENAMED = {"display_name": "Countess"}
NEW_PASSWORD = "rainbow umbrella on the moon"


def _change_password(w: World, current: str = PASSWORD) -> Request:
    change = {"current_password": current, "new_password": NEW_PASSWORD}
    return w.owner.post(f"{ACCOUNT}/password", change)


FUNCTIONS = [
    Function(
        handler="account.get",
        access=USERS,
        modules=459,
        needs=ACCOUNTS,
        cases={
            "found": case(lambda w: w.owner.get(ACCOUNT), "UpdateItem GetItem", reads=1, writes=1),
            "unchanged": case(
                lambda w: w.unchanged(w.owner.get(ACCOUNT)), "UpdateItem GetItem", reads=1, writes=1, status=304
            ),
        },
    ),
    Function(
        handler="account.update",
        access=USERS,
        modules=486,
        needs=ACCOUNTS | IDEMPOTENCY,
        cases={
            "without-key": case(
                lambda w: w.owner.patch(ACCOUNT, RENAMED),
                "UpdateItem GetItem PutItem",
                reads=1,
                writes=2,
                leaves=("ACCESS version=2", "ACCOUNT version=2", "CREDENTIAL version=1", "SESSION version=1"),
            ),
            "with-key": case(
                lambda w: w.owner.patch(ACCOUNT, RENAMED).keyed(),
                "UpdateItem PutItem GetItem TransactWriteItems",
                reads=1,
                writes=6,
            ),
            "nothing-changes": case(lambda w: w.owner.patch(ACCOUNT, {}), "UpdateItem GetItem", reads=1, writes=1),
        },
    ),
    Function(
        handler="account.change_password",
        access=USERS,
        modules=502,
        needs=ACCOUNTS | IDEMPOTENCY | PASSWORDS,
        log=WITH_EVENT,
        cases={
            # Account, guess, credential, access item. The DeleteItem takes back what the guess counted.
            "two-others": case(
                lambda w: with_two_others(w, _change_password(w)),
                "GetItem UpdateItem GetItem UpdateItem GetItem DeleteItem GetItem TransactWriteItems",
                reads=4,
                writes=11,
                status=204,
            ),
            "with-key": case(
                lambda w: _change_password(w).keyed(),
                "GetItem UpdateItem PutItem GetItem UpdateItem GetItem DeleteItem GetItem TransactWriteItems",
                reads=4,
                writes=8,
                status=204,
            ),
            "wrong-password": case(
                lambda w: _change_password(w, "wrong"),
                "GetItem UpdateItem GetItem UpdateItem GetItem",
                reads=3,
                writes=2,
                status=422,
            ),
            "two-others-after-a-failure": case(
                lambda w: with_two_others(w, _change_password(w), failure=True),
                status=204,
                leaves=(*OTHERS_ENDED, "CREDENTIAL version=2"),
            ),
        },
    ),
]
