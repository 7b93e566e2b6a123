"""The response, as the proxy integration of API Gateway takes it."""

from typing import Any

JSON = "application/json; charset=utf-8"
# https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html
SECURITY = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",  # front ends live on other origins; CORS decides which
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
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
