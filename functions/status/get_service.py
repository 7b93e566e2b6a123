"""GET /v1/status/services/{service_id} — how a service is."""

from neoforge.api.app import create_app, for_seconds, public
from neoforge.status import service as status
from neoforge.status.model import ServiceDetail, ServiceId

app = create_app(access=public)
handler = app.handler


@app.get("/v1/status/services/{service_id}", cache=for_seconds(15))
def get_service(service_id: ServiceId) -> ServiceDetail:
    """Get the status of a service."""
    return status.detail(service_id)
