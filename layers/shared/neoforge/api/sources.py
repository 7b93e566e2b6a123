"""Who may call without an account: counted by source, the address that API Gateway saw, never X-Forwarded-For."""

from neoforge.api.auth import user
from neoforge.api.request import Request
from neoforge.ratelimit import limiter


def anyone(request: Request) -> None:
    """Let in accounts, and, counted by source against `anonymous`, whoever has none. Raises QuotaExceeded."""
    if "authorization" in request.headers:
        user(request)
    else:
        limiter.count("anonymous", f"source {request.source_ip}")


def credentials(request: Request) -> None:
    """Let in whoever brings credentials, counted by source. Raises QuotaExceeded, and Unavailable if not counted."""
    limiter.count("auth", f"source {request.source_ip}")
