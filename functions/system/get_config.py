"""GET /v1/config — what a front end needs at run time."""

from neoforge.api.app import create_app, for_seconds, public
from neoforge.api.public_config import Config
from neoforge.api.request import Request

app = create_app(access=public)
handler = app.handler


@app.get("/v1/config", cache=for_seconds(300))
def get_config(request: Request) -> Config:
    """Tell what a front end needs."""
    return Config.of(request.base_url)
