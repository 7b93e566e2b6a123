"""GET /v1/status/events — events, newest first."""

from neoforge.api.app import create_app, for_seconds, public
from neoforge.api.pagination import Page, PageRequest, paginate
from neoforge.status import repository as status
from neoforge.status.model import Event, ServiceId

app = create_app(access=public)
handler = app.handler


@app.get(
    "/v1/status/events",
    summary="List events",
    description="Events of all services or of one, newest first.",
    cache=for_seconds(15),
)
def list_events(page: PageRequest, service_id: ServiceId | None = None) -> Page[Event]:
    return paginate(page, status.events_of(service_id) if service_id else status.FEED, Event)
