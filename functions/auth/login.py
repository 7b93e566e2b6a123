"""POST /v1/auth/login — begin a session."""

from neoforge.accounts import service as accounts
from neoforge.accounts.model import Credentials, Tokens
from neoforge.api.app import create_app, public
from neoforge.api.request import Request

app = create_app(access=public)
handler = app.handler


@app.post("/v1/auth/login", status=200, cache="no-store", problems=["unauthorized"])
def login(credentials: Credentials, request: Request) -> Tokens:
    """Log in."""
    user_id = accounts.authenticate(credentials)
    return accounts.begin_session(user_id, request.user_agent, request.source_ip)
