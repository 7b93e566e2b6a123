"""POST /v1/auth/logout — end the session of this request."""

from neoforge.accounts import sessions
from neoforge.api.app import create_app
from neoforge.api.auth import Caller, with_own_quota
from neoforge.api.idempotency import idempotent
from neoforge.dynamodb.transaction import UnitOfWork

app = create_app(access=with_own_quota, execute=idempotent)
handler = app.handler


@app.post(
    "/v1/auth/logout",
    summary="Log out",
    description="Ends the session of the request. Its tokens are invalid immediately.",
    status=204,
)
def logout(caller: Caller, work: UnitOfWork) -> None:
    sessions.log_out(work, caller.user_id, caller.session_id)
