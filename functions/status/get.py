"""GET /v1/status — overall status."""

from neoforge.api.app import create_app, for_seconds, public
from neoforge.status import service as status
from neoforge.status.model import Summary

app = create_app(access=public)
handler = app.handler


@app.get(
    "/v1/status",
    summary="Get the overall status",
    description="The status of every service, and the worst of them.",
    cache=for_seconds(15),
)
def get_status() -> Summary:
    return status.summary()
