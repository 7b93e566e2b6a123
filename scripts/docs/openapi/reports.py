"""Browsers' reports of Content-Security-Policy violations, a body that the handler parses itself."""

from neoforge.api import csp_reports
from scripts.build.template import Json
from scripts.docs.openapi.schemas import example_of

_PAGE = {"type": "string", "examples": ["https://app.example.com/page"]}
_BLOCKED = {"type": "string", "examples": ["https://evil.example/script.js", "inline"]}
_DIRECTIVE = {"type": "string", "examples": ["script-src-elem"]}


def _members(title: str, **members: Json) -> Json:
    return {
        "type": "object",
        "title": title,
        "properties": {name.replace("_", "-"): one for name, one in members.items()},
    }


def _with_example(schema: Json) -> Json:
    return {"schema": schema, "example": example_of(schema, {})}


# Bodies by path that a handler parses itself: what browsers send (https://www.w3.org/TR/CSP3/#reporting). No member is
# required, as every body gets the same answer.
REPORTS: Json = {
    "/v1/csp/reports": {
        "description": f"At most {csp_reports.MAX_REPORTS} reports are processed. Anything else, and a body of"
        f" more than {csp_reports.MAX_BYTES} bytes, is ignored without an error.",
        "content": {
            "application/reports+json": _with_example(
                {
                    "type": "array",
                    "items": _members(
                        "BrowserReport",
                        type={"type": "string", "examples": ["csp-violation"]},
                        body=_members(
                            "Violation", documentURL=_PAGE, blockedURL=_BLOCKED, effectiveDirective=_DIRECTIVE
                        ),
                    ),
                }
            ),
            "application/csp-report": _with_example(
                _members(
                    "OldReport",
                    csp_report=_members(
                        "OldViolation", document_uri=_PAGE, blocked_uri=_BLOCKED, violated_directive=_DIRECTIVE
                    ),
                )
            ),
        },
    }
}
