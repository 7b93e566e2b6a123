"""POST /v1/auth/login — begin a session."""

from neoforge.accounts import service as accounts
from neoforge.accounts.model import Credentials, Tokens
from neoforge.api.app import create_app, public
from neoforge.api.request import Client
from neoforge.api.writes import committed
from neoforge.work import UnitOfWork

app = create_app(access=public, execute=committed)
handler = app.handler


@app.post("/v1/auth/login", status=200, cache="no-store")
def login(credentials: Credentials, client: Client, work: UnitOfWork) -> Tokens:
    """Log in."""
    user_id = accounts.authenticate(credentials)
    return accounts.begin_session(work, user_id, client.user_agent, client.ip_address)
