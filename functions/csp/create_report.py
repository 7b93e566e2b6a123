"""POST /v1/csp/reports — browsers' reports of Content-Security-Policy violations."""

from neoforge.api import csp_reports
from neoforge.api.app import create_app, public
from neoforge.api.request import Request

app = create_app(access=public)
handler = app.handler


@app.post(
    "/v1/csp/reports",
    summary="Report Content-Security-Policy violations",
    description="Receives the reports that browsers send.",
    status=204,
    cache="no-store",
)
def create_report(request: Request) -> None:
    csp_reports.receive(request)
