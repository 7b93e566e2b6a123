"""POST /v1/admin/accounts/{user_id}/revoke-sessions — end all sessions of an account."""

from neoforge.accounts import administration
from neoforge.accounts.model import Revoked, UserId
from neoforge.api.app import create_app
from neoforge.api.auth import Caller, requires_role
from neoforge.api.idempotency import idempotent
from neoforge.dynamodb.transaction import UnitOfWork

app = create_app(access=requires_role("admin"), execute=idempotent)
handler = app.handler


@app.post(
    "/v1/admin/accounts/{user_id}/revoke-sessions",
    summary="Revoke all sessions of an account",
    description="Their tokens are invalid immediately, also those of an account that is suspended. Allowed for admins.",
    status=200,
)
def revoke_sessions_of_any_account(caller: Caller, user_id: UserId, work: UnitOfWork) -> Revoked:
    return Revoked(revoked=administration.revoke_sessions(work, caller, user_id))
