"""GET /v1/status/services/{service_id} — status of a service in detail."""

from neoforge.api.app import create_app, for_seconds, public
from neoforge.status import service as status
from neoforge.status.model import ServiceDetail, ServiceId

app = create_app(access=public)
handler = app.handler


@app.get(
    "/v1/status/services/{service_id}",
    summary="Get a service",
    description="The current status and the uptime of a service.",
    cache=for_seconds(15),
)
def get_service(service_id: ServiceId) -> ServiceDetail:
    return status.detail(service_id)
