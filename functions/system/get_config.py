"""GET /v1/config — configuration that a front end needs at run time."""

from neoforge.api.app import create_app, for_seconds, public
from neoforge.api.public_config import Config
from neoforge.api.request import Request

app = create_app(access=public)
handler = app.handler


@app.get(
    "/v1/config",
    summary="Get the configuration",
    description="Configuration that a front end needs at run time.",
    cache=for_seconds(300),
)
def get_config(request: Request) -> Config:
    return Config.of(request.base_url)
