"""GET /v1/openapi.json — the OpenAPI document, with the URL of this deployment as its server."""

import json
from functools import lru_cache

from neoforge.api.app import create_app, for_seconds, public
from neoforge.api.request import Request
from neoforge.api.static_files import File, read

NAME = "openapi.json"
SERVER = '"{api_base}"'  # placeholder in the layer's copy of docs/openapi.json

app = create_app(access=public)
handler = app.handler


@lru_cache(4)  # a deployment has one URL, or one per domain
def _document(base_url: str) -> File:
    return File.of(NAME, read(NAME).replace(SERVER, json.dumps(base_url), 1))


@app.get(
    "/v1/openapi.json",
    summary="Get the OpenAPI document",
    description="The OpenAPI document, with this deployment as its server.",
    cache=for_seconds(300),
)
def get_openapi(request: Request) -> File:
    return _document(request.base_url)
