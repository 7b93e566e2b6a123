"""Who may call without an account: counted by source, the address that API Gateway saw, never X-Forwarded-For."""

from neoforge.accounts import counter
from neoforge.api.auth import user
from neoforge.api.request import Request


def anyone(request: Request) -> None:
    """Let in accounts, and, counted by source against `anonymous`, whoever has none. Raises QuotaExceeded."""
    if "authorization" in request.headers:
        user(request)
    else:
        counter.count("anonymous", f"source {request.source_ip}")


def credentials(request: Request) -> None:
    """Let in whoever brings credentials, counted by source. Raises QuotaExceeded, and Unavailable if not counted."""
    counter.count("auth", f"source {request.source_ip}")
