"""PATCH /v1/account — update the caller's account."""

from neoforge.accounts import repository as accounts
from neoforge.accounts.model import Account, AccountChange
from neoforge.api.app import create_app
from neoforge.api.auth import Caller, authenticated
from neoforge.api.idempotency import idempotent
from neoforge.api.preconditions import Precondition
from neoforge.dynamodb.transaction import UnitOfWork

app = create_app(access=authenticated, execute=idempotent)
handler = app.handler


@app.patch(
    "/v1/account",
    summary="Update the account",
    description="Applies a merge patch to the caller's own account.",
)
def update_account(caller: Caller, change: AccountChange, precondition: Precondition, work: UnitOfWork) -> Account:
    return accounts.update(work, caller.user_id, change, precondition)
