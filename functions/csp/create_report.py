"""POST /v1/csp/reports — what browsers report about violations of the Content-Security-Policy."""

from neoforge.api import csp_reports
from neoforge.api.app import create_app, public
from neoforge.api.request import Request

app = create_app(access=public)
handler = app.handler


@app.post("/v1/csp/reports", status=204, cache="no-store")
def create_report(request: Request) -> None:
    """Report violations of the Content-Security-Policy."""
    csp_reports.receive(request)
