"""GET /v1/openapi.json — the OpenAPI document of this API, whose server is the one that was asked."""

import json
from functools import lru_cache

from neoforge.api.app import create_app, for_seconds, public
from neoforge.api.request import Request
from neoforge.api.static_files import File, read

NAME = "openapi.json"
SERVER = '"{api_base}"'  # stands in the layer's copy of docs/openapi.json for the deployment's own URL

app = create_app(access=public)
handler = app.handler


@lru_cache(4)  # a deployment has one URL, or one for each domain
def _at(base_url: str) -> File:
    return File.of(NAME, read(NAME).replace(SERVER, json.dumps(base_url), 1))


@app.get("/v1/openapi.json", cache=for_seconds(300))
def get_openapi(request: Request) -> File:
    """Get the OpenAPI document."""
    return _at(request.base_url)
