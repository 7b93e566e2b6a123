"""POST /v1/auth/refresh — exchange a refresh token for new tokens."""

from neoforge.accounts import sessions
from neoforge.accounts.model import RefreshRequest, Tokens
from neoforge.api.app import create_app
from neoforge.api.auth import Limiter, by_source
from neoforge.api.problems import ProblemType
from neoforge.api.request import Request

app = create_app(access=by_source)
handler = app.handler


@app.post(
    "/v1/auth/refresh",
    summary="Refresh a session",
    description="Exchanges a refresh token for new tokens. It can be used once; using it again ends the session.",
    status=200,
    cache="no-store",
    problems=[ProblemType.UNAUTHORIZED],
)
def refresh(presented: RefreshRequest, request: Request, limiter: Limiter) -> Tokens:
    return sessions.refresh(presented, request.source_ip, limiter)
