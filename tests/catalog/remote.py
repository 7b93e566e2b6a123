"""Callers of a deployed API, over HTTP."""

from collections.abc import Callable
from urllib.parse import urlencode

from scripts.api import Api, Response
from tests.catalog.world import PASSWORD, Event, Request, Session, World


class Remote(World):
    """Calls an API over HTTP. `grant` grants a role to the account with an e-mail."""

    def __init__(self, api: Api, grant: Callable[[str, str], None]) -> None:
        super().__init__()
        self._api = api
        self._grant = grant

    def send(self, request: Request | Event) -> Response:
        assert isinstance(request, Request), "nobody can send the event of a schedule over HTTP"
        path = request.path + (f"?{urlencode(request.query)}" if request.query else "")
        return self._api.request(request.method, path, token=request.token, body=request.body, headers=request.headers)

    def sign_up(self, name: str) -> Session:
        email = self.new_email()
        body = {"email": email, "password": PASSWORD, "display_name": name.capitalize()}
        account = self.done(self.nobody.post("/v1/auth/register", body))
        return self.log_in(Session(email, account["id"]))

    def grant(self, email: str, role: str) -> None:
        self._grant(email, role)

    def put_item(self, pk: str, sk: str, *, expires_at: int) -> None:
        raise NotImplementedError("only jobs need it")
