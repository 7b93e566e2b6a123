"""GET /v1/docs/{asset} — a script or stylesheet of the interactive documentation."""

from typing import Literal

from neoforge.api.app import create_app, for_seconds, public
from neoforge.api.static_files import File, file

Asset = Literal["docs.css", "docs.js", "swagger-ui-bundle.js", "swagger-ui.css"]

app = create_app(access=public)
handler = app.handler


@app.get(
    "/v1/docs/{asset}",
    summary="Get an asset of the interactive documentation",
    description="A script or stylesheet of the interactive documentation.",
    cache=for_seconds(3600),
)
def get_docs_asset(asset: Asset) -> File:
    return file(asset)
