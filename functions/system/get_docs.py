"""GET /v1/docs — a page to read the API and try it."""

from neoforge.api.app import create_app, for_seconds, public
from neoforge.api.static_files import File, file

# Nothing of another origin, and no script or style in the page itself; pictures of Swagger UI stand in its styles.
POLICY = (
    "default-src 'none'; base-uri 'none'; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; "
    "img-src data:; script-src 'self'; style-src 'self'"
)

app = create_app(access=public, policy=POLICY)
handler = app.handler


@app.get("/v1/docs", cache=for_seconds(300))
def get_docs() -> File:
    """Get the page to read the API and try it."""
    return file("docs.html")
