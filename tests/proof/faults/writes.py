"""The writes of the fault matrix: each case of the catalogue that says what it leaves."""

from dataclasses import dataclass

from tests.api import route_of, routes, takes_key
from tests.callers import Local
from tests.catalog import FUNCTIONS
from tests.catalog.model import Case, Function
from tests.catalog.world import Event
from tests.proof.engine.dynamodb import DONE
from tests.proof.engine.workers import Invocation, invocation

BAD_REQUEST = 400


@dataclass(frozen=True, slots=True)
class Write:
    """A case of the catalogue that leaves something, as a client calls it that may have to retry.

    It sends an Idempotency-Key wherever the endpoint takes one, and If-Match with a change of what can be read.
    """

    function: Function
    case: Case

    @property
    def takes_key(self) -> bool:
        return self.function.access is not None and takes_key(self.function.handler)

    def prepare(self) -> Invocation:
        request = self.case.prepare(Local())
        if isinstance(request, Event):
            # The lock of a job ends with the job: here at once, as nobody moves Powertools' clock.
            return Invocation(f"{request.handler}.handler", {}, milliseconds=1, left=20_000)
        if self.takes_key:
            request = request.keyed("k")
        path = route_of(self.function.handler)[1]
        if request.method in {"PATCH", "DELETE"} and ("GET", path) in routes():
            request = request.header("If-Match", '"v1"')
        return invocation(
            request.method, request.path, body=request.body, token=request.token, headers=dict(request.headers)
        )


WRITES = {
    f"{handler} {name}": Write(function, case)
    for handler, function in FUNCTIONS.items()
    for name, case in function.cases.items()
    if case.leaves is not None
}
ACCOUNTS = ("ACCESS", "ACCOUNT", "CREDENTIAL", "SESSION")


def left(write: Write, before: list[str]) -> list[str]:
    """Return what a write has to leave: the accounts as they were before it, if its row says nothing of them."""
    leaves = list(write.case.leaves or ())
    if not any(line.startswith(ACCOUNTS) for line in leaves):
        leaves += [line for line in before if line.startswith(ACCOUNTS)]
    return sorted([*leaves, DONE] if write.takes_key and not write.case.status >= BAD_REQUEST else leaves)
