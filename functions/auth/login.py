"""POST /v1/auth/login — exchange credentials for the tokens of a new session."""

from neoforge.accounts import service
from neoforge.accounts.model import Credentials, Tokens
from neoforge.api.app import create_app
from neoforge.api.auth import Limiter, by_source
from neoforge.api.problems import ProblemType
from neoforge.api.request import Request

app = create_app(access=by_source)
handler = app.handler


@app.post(
    "/v1/auth/login",
    summary="Log in",
    description="Exchanges an e-mail and a password for the tokens of a new session.",
    status=200,
    cache="no-store",
    problems=[ProblemType.UNAUTHORIZED],
)
def login(credentials: Credentials, request: Request, limiter: Limiter) -> Tokens:
    return service.log_in(credentials, request.user_agent, request.source_ip, limiter)
