"""GET /v1/status/services/{service_id}/history — how a service was, day by day."""

from typing import Annotated

from pydantic import Field

from neoforge.api.app import create_app, for_seconds, public
from neoforge.status import service as status
from neoforge.status.model import History, ServiceId

app = create_app(access=public)
handler = app.handler


@app.get("/v1/status/services/{service_id}/history", cache=for_seconds(60))
def get_history(service_id: ServiceId, days: Annotated[int, Field(ge=1, le=status.DAYS)] = status.DAYS) -> History:
    """Get the history of a service."""
    return status.history(service_id, days)
