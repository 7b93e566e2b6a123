"""Execute a handler that writes: its unit of work is committed, then its answer is given."""

from neoforge.api.app import Call
from neoforge.api.request import Request
from neoforge.api.responses import Response
from neoforge.work import transact


def committed(request: Request, call: Call) -> Response:
    """Execute and commit, without a look at any Idempotency-Key. Raises Unavailable at the request's deadline."""
    return transact(lambda work: call(work=work), request.deadline)
