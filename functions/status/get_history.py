"""GET /v1/status/services/{service_id}/history — daily uptime of a service."""

from typing import Annotated

from pydantic import Field

from neoforge.api.app import create_app, for_seconds, public
from neoforge.status import service as status
from neoforge.status.model import History, ServiceId

app = create_app(access=public)
handler = app.handler


@app.get(
    "/v1/status/services/{service_id}/history",
    summary="Get the history of a service",
    description="The daily uptime of a service, oldest day first.",
    cache=for_seconds(60),
)
def get_history(service_id: ServiceId, days: Annotated[int, Field(ge=1, le=status.DAYS)] = status.DAYS) -> History:
    return status.history(service_id, days)
