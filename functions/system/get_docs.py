"""GET /v1/docs — interactive documentation of the API."""

from neoforge.api.app import create_app, for_seconds, public
from neoforge.api.problems import ProblemType
from neoforge.api.static_files import File, documentation

# No other origins and no inline scripts or styles; images of Swagger UI are data URLs in its stylesheet.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; base-uri 'none'; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; "
    "img-src data:; script-src 'self'; style-src 'self'"
)

app = create_app(access=public, content_security_policy=CONTENT_SECURITY_POLICY)
handler = app.handler


@app.get(
    "/v1/docs",
    summary="Get the interactive documentation",
    description="An HTML page to browse and try the API. 404 where it is switched off.",
    cache=for_seconds(300),
    problems=[ProblemType.NOT_FOUND],
)
def get_docs() -> File:
    return documentation("docs.html")
