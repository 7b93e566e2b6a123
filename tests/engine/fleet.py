"""Lambda's execution environments: each request in a process of its own, which may be ended at any call.

The processes are forked from one that has imported every handler and opened no connection. It is told over its
standard input what to run, a batch a line, and answers a line with the results.
"""

import importlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Any, Literal, NoReturn, Self

from neoforge import clock, table
from neoforge.accounts import passwords
from neoforge.api import request
from neoforge.settings import Policy, settings
from tests.engine.faults import send
from tests.engine.harness import QUICK, Engine
from tests.support import ROOT, Context, Response, event, routes

SECONDS = 60  # for any one request, so that nothing waits for ever
FAILED = 3


@dataclass(frozen=True, slots=True)
class Death:
    """When a process ends: right before or right after its n-th call to the database (from 1)."""

    call: int
    moment: Literal["before", "after"]


@dataclass(frozen=True, slots=True)
class Invocation:
    """A request and the environment that it runs in."""

    handler: str
    event: dict[str, Any]
    milliseconds: int = 10_000  # that the function has left
    death: Death | None = None
    times: int = 1  # that the environment answers the request, one after the other


@dataclass
class Answer(Response):
    """An answer, and when it was asked for and given: on a clock of this machine, the same for all processes."""

    started: float
    ended: float


def invocation(
    method: str,
    path: str,
    *,
    token: str | None = None,
    milliseconds: int = 10_000,
    death: Death | None = None,
    times: int = 1,
    **rest: Any,
) -> Invocation:
    """Describe a request like tests.support.call."""
    headers = dict(rest.pop("headers", None) or {})
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    handler, made = event(method, path, headers=headers, **rest)
    return Invocation(handler, made, milliseconds, death, times)


class Fleet:
    """The test's end: a context manager."""

    engine: Engine

    def __enter__(self) -> Self:
        path = os.pathsep.join(str(ROOT / folder) for folder in ("layers/shared", "functions", "."))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.engine.fleet"],
            env=dict(os.environ) | {"PYTHONPATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._process:
            pass

    def run(self, *invocations: Invocation) -> list[Response | None]:
        """Run requests at the same moment. None stands for a process that was ended."""
        return [answers[-1] if answers else None for answers in self.series(*invocations)]

    def answers(self, *invocations: Invocation) -> list[Response]:
        """Run requests none of which is ended."""
        return [response for response in self.run(*invocations) if response]

    def series(self, *invocations: Invocation, **quotas: int) -> list[list[Answer]]:
        """Run requests at the same moment, each its number of times; of a process that was ended, no answers.

        The quotas are those of the policies they are named after, for a minute.
        """
        batch = {
            "endpoint": self.engine.endpoint,
            "account": self.engine.account,
            "quotas": quotas,
            "invocations": [asdict(one) for one in invocations],
        }
        assert self._process.stdin
        assert self._process.stdout
        print(json.dumps(batch), file=self._process.stdin, flush=True)
        results = json.loads(self._process.stdout.readline())
        assert "failed" not in results, "a process of the fleet failed: see its traceback on stderr"
        return [[Answer(**answer) for answer in answers] for answers in results]


def _serve() -> None:
    """The far end: run batch after batch."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the logs of the functions
    for handler in set(routes().values()):
        importlib.import_module(handler.rsplit(".", 1)[0])
    passwords._hasher = QUICK
    request.MAX_SECONDS = SECONDS  # twenty processes share two cores here, and on Lambda none
    limits = dict(settings.rate_limits)
    engines: dict[str, Engine] = {}
    for line in sys.stdin:
        batch = json.loads(line)
        engine = engines.get(batch["endpoint"]) or engines.setdefault(batch["endpoint"], Engine(batch["endpoint"]))
        engine.use(batch["account"])
        settings.rate_limits.update(limits | {name: Policy(name, most, 60) for name, most in batch["quotas"].items()})
        print(json.dumps(_run(batch["invocations"])), file=answers, flush=True)


def _run(invocations: list[dict[str, Any]]) -> list[Any]:
    gate, opener = os.pipe()
    children = []
    for one in invocations:
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(opener)
            _live(one, gate, writer)
        os.close(writer)
        children.append((pid, os.fdopen(reader)))
    for _, output in children:
        output.readline()  # it is ready
    os.close(opener)
    os.close(gate)
    results = []
    for pid, output in children:
        with output:
            text = output.read()
        status = os.waitpid(pid, 0)[1]
        ended = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        results.append([] if ended else json.loads(text) if status == 0 else "failed")
    return results


def _live(one: dict[str, Any], gate: int, writer: int) -> NoReturn:
    """Be one execution environment, from the fork to the end."""
    code = FAILED
    try:
        signal.alarm(SECONDS)
        if one["death"]:
            _doom(**one["death"])
        module, name = one["handler"].rsplit(".", 1)
        handler = getattr(sys.modules[module], name)
        os.write(writer, b"\n")
        os.read(gate, 1)  # returns when the gate is opened for all
        answers = [_answer(handler, one) for _ in range(one["times"])]
        with os.fdopen(writer, "w") as output:
            output.write(json.dumps(answers))
        code = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
        raise
    finally:
        os._exit(code)


def _answer(handler: Callable[..., Any], one: dict[str, Any]) -> dict[str, Any]:
    started = clock.monotonic()
    response = Response.of(handler(one["event"], Context(lock=one["milliseconds"])))
    return asdict(response) | {"started": started, "ended": clock.monotonic()}


def _doom(call: int, moment: str) -> None:
    left = call

    def hook(request: Any, **_: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            if moment == "after":
                send(request)
            os.kill(os.getpid(), signal.SIGKILL)

    table.client().meta.events.register("before-send.dynamodb", hook)


if __name__ == "__main__":
    _serve()
