"""GET /v1/docs/{asset} — a script or stylesheet of the interactive documentation."""

from typing import Annotated

from pydantic import StringConstraints

from neoforge.api.app import IMMUTABLE, create_app, public
from neoforge.api.static_files import File, documentation

Asset = Annotated[str, StringConstraints(pattern=r"^[a-z-]{1,40}\.[0-9a-f]{16}\.(css|js)$")]

app = create_app(access=public)
handler = app.handler


@app.get(
    "/v1/docs/{asset}",
    summary="Get an asset of the interactive documentation",
    description="A script or stylesheet of the page, which names it. 404 where the page is switched off.",
    cache=IMMUTABLE,
)
def get_docs_asset(asset: Asset) -> File:
    return documentation(asset)
