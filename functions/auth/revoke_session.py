"""DELETE /v1/auth/sessions/{session_id} — end one of the caller's sessions."""

from neoforge.accounts import sessions
from neoforge.accounts.model import SessionId
from neoforge.api.app import create_app
from neoforge.api.auth import Caller, with_own_quota
from neoforge.api.idempotency import idempotent
from neoforge.api.preconditions import Precondition
from neoforge.dynamodb.transaction import UnitOfWork

app = create_app(access=with_own_quota, execute=idempotent)
handler = app.handler


@app.delete(
    "/v1/auth/sessions/{session_id}",
    summary="Revoke a session",
    description="Ends one of the caller's sessions. Its tokens are invalid immediately.",
)
def revoke_session(caller: Caller, session_id: SessionId, precondition: Precondition, work: UnitOfWork) -> None:
    sessions.end(work, caller.user_id, session_id)
    precondition.check(None)
