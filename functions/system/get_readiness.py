"""GET /v1/ready — readiness; 503 if the database does not answer."""

from typing import Literal

from pydantic import BaseModel

from neoforge.api.app import create_app, public
from neoforge.dynamodb import table

app = create_app(access=public)
handler = app.handler


class Readiness(BaseModel):
    """The database answers."""

    status: Literal["ready"] = "ready"


@app.get(
    "/v1/ready",
    summary="Check readiness",
    description="Returns 503 if the database does not answer.",
    cache="no-store",
)
def get_readiness() -> Readiness:
    table.ping()
    return Readiness()
