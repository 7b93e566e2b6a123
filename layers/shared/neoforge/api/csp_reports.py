"""Browsers' reports of Content-Security-Policy violations (https://www.w3.org/TR/CSP3/#reporting)."""

import re
from typing import Any

from pydantic_core import from_json

from neoforge import clock, observability
from neoforge.api.problems import Problem
from neoforge.api.request import Request, drawn
from neoforge.errors import QuotaExceeded, Unavailable
from neoforge.ratelimit.limiter import Limiter
from neoforge.signing import pseudonym

MAX_BYTES = 64 * 1024
MAX_REPORTS = 20  # per request
SAMPLE = 0.1  # share of the reports that are logged; all are counted
TYPES = ("application/csp-report", "application/reports+json")
# What is logged of a report: its names in the Reporting API and in the older format.
MEMBERS = {
    "document_url": ("documentURL", "document-uri"),
    "blocked_url": ("blockedURL", "blocked-uri"),
    "directive": ("effectiveDirective", "violated-directive"),
}
# The content of other URLs; a user name, after any number of either slash as browsers read it; query and fragment.
_WEB = "(?:https?|wss?):"
_SECRET = rf"^(?!{_WEB})([a-z][a-z0-9+.-]*):.*|(^{_WEB}[/\\]?|(?<=[/\\]{{2}}))[^/\\?#]*@|[?#].*"


def receive(request: Request) -> None:
    """Count the reported violations, and log a sample. Anything that is not a report, or too large, is dropped."""
    observability.identify(source=pseudonym(request.source_ip))
    try:
        Limiter(request.usages).hit("write", f"csp {request.source_ip}")
        body = request.body()
    except (QuotaExceeded, Unavailable, Problem):
        return
    of_type = request.content_type[0] in TYPES
    for report in _reports(body)[:MAX_REPORTS] if of_type and len(body) <= MAX_BYTES else []:
        observability.count("CspViolation")
        if clock.chance(SAMPLE):
            observability.logger.warning("CSP violation", extra=_summary(report))


def _reports(body: bytes) -> list[dict[str, Any]]:
    try:
        content = from_json(body)
    except ValueError:
        return []
    if isinstance(content, dict):
        content = [{"type": "csp-violation", "body": content.get("csp-report")}]
    if not isinstance(content, list):
        return []
    of_type = [one.get("body") for one in content if isinstance(one, dict) and one.get("type") == "csp-violation"]
    return [report for report in of_type if isinstance(report, dict)]


def _summary(report: dict[str, Any]) -> dict[str, str]:
    """Return what is logged, without user names, queries and fragments of URLs, which may be secret.

    Of a URL that is no place on the web only the scheme, as https://www.w3.org/TR/CSP3/#strip-url-for-use-in-reports.
    Without control characters too: whoever reads the log on a terminal would be told what to see by the page.
    """
    found = {name: drawn(str(report.get(new, report.get(old, "")))) for name, (new, old) in MEMBERS.items()}
    return {name: re.sub(_SECRET, r"\1\2", text.lstrip(), flags=re.IGNORECASE)[:200] for name, text in found.items()}
