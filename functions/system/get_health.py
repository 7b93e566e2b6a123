"""GET /v1/health — liveness; does not call the database, as /v1/ready does."""

from typing import Literal

from pydantic import BaseModel

from neoforge.api.app import create_app, public

app = create_app(access=public)
handler = app.handler


class Health(BaseModel):
    """The API is alive."""

    status: Literal["ok"] = "ok"


@app.get("/v1/health", summary="Check liveness", description="Does not call the database.", cache="no-store")
def get_health() -> Health:
    return Health()
