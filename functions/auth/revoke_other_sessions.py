"""POST /v1/auth/sessions/revoke-others — end all of the caller's sessions but this one."""

from neoforge.accounts import sessions
from neoforge.accounts.model import Revoked
from neoforge.api.app import create_app
from neoforge.api.auth import Caller, with_own_quota
from neoforge.api.idempotency import idempotent
from neoforge.dynamodb.transaction import UnitOfWork

app = create_app(access=with_own_quota, execute=idempotent)
handler = app.handler


@app.post(
    "/v1/auth/sessions/revoke-others",
    summary="Revoke all other sessions",
    description="Ends all of the caller's sessions except that of the request. Their tokens are invalid immediately.",
    status=200,
)
def revoke_other_sessions(caller: Caller, work: UnitOfWork) -> Revoked:
    return Revoked(revoked=sessions.end_others(work, caller.user_id, caller.session_id))
