"""POST /v1/auth/login — begin a session."""

from neoforge.accounts import service, sessions
from neoforge.accounts.model import Credentials, Tokens
from neoforge.api.app import create_app
from neoforge.api.auth import by_source
from neoforge.api.request import Request

app = create_app(access=by_source)
handler = app.handler


@app.post("/v1/auth/login", status=200, cache="no-store", problems=["unauthorized"])
def login(credentials: Credentials, request: Request) -> Tokens:
    """Log in."""
    user_id = service.authenticate(credentials, request.source_ip)
    return sessions.begin(user_id, request.user_agent, request.source_ip)
