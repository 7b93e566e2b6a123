"""PATCH /v1/admin/accounts/{user_id} — suspend an account, or make it active again."""

from neoforge.accounts import administration
from neoforge.accounts.administration import AdministeredAccount, StateChange
from neoforge.accounts.model import UserId
from neoforge.api.app import create_app
from neoforge.api.auth import Caller, requires_role
from neoforge.api.idempotency import idempotent
from neoforge.api.preconditions import Precondition
from neoforge.dynamodb.transaction import UnitOfWork

app = create_app(access=requires_role("admin"), execute=idempotent)
handler = app.handler


@app.patch(
    "/v1/admin/accounts/{user_id}",
    summary="Suspend or reactivate an account",
    description="Applies a merge patch. A suspended account is refused from its next request on, and cannot log in. "
    "Its sessions go on when it is active again, unless they were revoked. Allowed for admins, but not for their own.",
)
def update_any_account(
    caller: Caller, user_id: UserId, change: StateChange, precondition: Precondition, work: UnitOfWork
) -> AdministeredAccount:
    return administration.update(work, caller, user_id, change, precondition)
