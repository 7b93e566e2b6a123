"""GET /v1/status — how everything is."""

from neoforge.api.app import create_app, for_seconds, public
from neoforge.status import service as status
from neoforge.status.model import Summary

app = create_app(access=public)
handler = app.handler


@app.get("/v1/status", cache=for_seconds(15))
def get_status() -> Summary:
    """Get the status of everything."""
    return status.summary()
