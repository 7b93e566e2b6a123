"""The response, and the headers that every response has."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # most functions import it anyway, and the others need no rate limits
    from neoforge.ratelimit.window import Usage

JSON = "application/json; charset=utf-8"
CONTENT_SECURITY_POLICY = "default-src 'none'; frame-ancestors 'none'"
# https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",  # front ends are on other origins; CORS decides which
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}


def security_headers(reports_url: str | None, content_security_policy: str = CONTENT_SECURITY_POLICY) -> dict[str, str]:
    """Return the security headers. Browsers report violations to `reports_url`, if there is one.

    https://www.w3.org/TR/reporting-1/; Report-To and report-uri are for browsers that do not support it yet.
    """
    if reports_url is None:
        return SECURITY_HEADERS | {"Content-Security-Policy": content_security_policy}
    return SECURITY_HEADERS | {
        "Content-Security-Policy": f"{content_security_policy}; report-uri {reports_url}; report-to csp",
        "Reporting-Endpoints": f'csp="{reports_url}"',
        "Report-To": f'{{"group":"csp","max_age":86400,"endpoints":[{{"url":"{reports_url}"}}]}}',
    }


def rate_limit_headers(usages: Iterable["Usage"]) -> dict[str, str]:
    """Return what the caller has left (draft-ietf-httpapi-ratelimit-headers-10); per policy, the least."""
    least = {usage.policy.name: usage for usage in sorted(usages, key=lambda usage: -usage.remaining)}
    if not least:
        return {}
    return {
        "RateLimit-Policy": ", ".join(
            f'"{name}";q={usage.policy.quota};w={usage.policy.seconds}' for name, usage in least.items()
        ),
        "RateLimit": ", ".join(f'"{name}";r={usage.remaining};t={usage.seconds}' for name, usage in least.items()),
    }


class Response:
    """Status, headers and body."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, headers: dict[str, str] | None = None, body: str = "") -> None:
        self.status = status
        self.headers = {} if headers is None else headers
        self.body = body

    def proxy_result(self) -> dict[str, Any]:
        """Return the result in the format of API Gateway's proxy integration."""
        return {"statusCode": self.status, "headers": self.headers, "body": self.body, "isBase64Encoded": False}
