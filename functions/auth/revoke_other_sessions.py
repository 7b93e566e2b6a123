"""POST /v1/auth/sessions/revoke-others — end all of the caller's sessions but this one."""

from neoforge.accounts import sessions
from neoforge.accounts.model import Revoked
from neoforge.api.app import create_app
from neoforge.api.auth import Caller, authenticated
from neoforge.api.idempotency import idempotent
from neoforge.dynamodb.transaction import UnitOfWork

app = create_app(access=authenticated, execute=idempotent)
handler = app.handler


@app.post("/v1/auth/sessions/revoke-others", status=200)
def revoke_other_sessions(caller: Caller, work: UnitOfWork) -> Revoked:
    """Revoke all other sessions."""
    return Revoked(revoked=sessions.end_others(work, caller.user_id, caller.session_id))
