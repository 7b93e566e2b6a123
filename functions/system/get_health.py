"""GET /v1/health — the API is alive. Asks nothing of the database; /v1/ready does."""

from typing import Literal

from pydantic import BaseModel

from neoforge.api.app import create_app, public

app = create_app(access=public)
handler = app.handler


class Health(BaseModel):
    """The API is alive."""

    status: Literal["ok"] = "ok"


@app.get("/v1/health", cache="no-store")
def get_health() -> Health:
    """Tell that the API is alive."""
    return Health()
