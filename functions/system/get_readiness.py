"""GET /v1/ready — the table answers; 503 if not."""

from typing import Literal

from pydantic import BaseModel

from neoforge.api.app import create_app, public
from neoforge.dynamodb import table

app = create_app(access=public)
handler = app.handler


class Readiness(BaseModel):
    """The table answers."""

    status: Literal["ready"] = "ready"


@app.get("/v1/ready", cache="no-store")
def get_readiness() -> Readiness:
    """Tell that the table answers."""
    table.ping()
    return Readiness()
