"""The response, as the proxy integration of API Gateway takes it."""

from collections.abc import Iterable
from typing import Any

from neoforge.ratelimit.window import Quota

JSON = "application/json; charset=utf-8"
POLICY = "default-src 'none'; frame-ancestors 'none'"
# https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html
SECURITY = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",  # front ends live on other origins; CORS decides which
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}


def security(reports_url: str | None, policy: str = POLICY) -> dict[str, str]:
    """Give the security headers of every answer; browsers report violations to `reports_url`, if there is one.

    https://www.w3.org/TR/reporting-1/ and, for browsers that do not know it yet, Report-To and report-uri.
    """
    if reports_url is None:
        return SECURITY | {"Content-Security-Policy": policy}
    return SECURITY | {
        "Content-Security-Policy": f"{policy}; report-uri {reports_url}; report-to csp",
        "Reporting-Endpoints": f'csp="{reports_url}"',
        "Report-To": f'{{"group":"csp","max_age":86400,"endpoints":[{{"url":"{reports_url}"}}]}}',
    }


def rate_limit(quotas: Iterable[Quota]) -> dict[str, str]:
    """Tell what the caller has left (draft-ietf-httpapi-ratelimit-headers-10); of one policy, the least."""
    left = {quota.policy.name: quota for quota in sorted(quotas, key=lambda quota: -quota.remaining)}
    if not left:
        return {}
    return {
        "RateLimit-Policy": ", ".join(
            f'"{name}";q={one.policy.quota};w={one.policy.seconds}' for name, one in left.items()
        ),
        "RateLimit": ", ".join(f'"{name}";r={one.remaining};t={one.seconds}' for name, one in left.items()),
    }


class Response:
    """Status, headers and body of an answer."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, headers: dict[str, str] | None = None, body: str = "") -> None:
        self.status = status
        self.headers = {} if headers is None else headers
        self.body = body

    def proxy_result(self) -> dict[str, Any]:
        """Write what the proxy integration of API Gateway takes."""
        return {"statusCode": self.status, "headers": self.headers, "body": self.body, "isBase64Encoded": False}
