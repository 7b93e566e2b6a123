"""Lambda's execution environments: each request in a process of its own, any call of which may go wrong.

The processes are forked from one that has imported every handler and opened no connection. It is told over its
standard input what to run, a batch a line, and answers a line with the results.
"""

import importlib
import json
import os
import pkgutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from types import TracebackType
from typing import Any, NoReturn, Self, TextIO

from neoforge import clock
from neoforge.accounts import passwords
from neoforge.api import request
from neoforge.ratelimit.policy import Policy, policies
from scripts import ROOT
from tests.api import Context, Response, event, functions
from tests.callers import QUICK
from tests.proof.engine.dynamodb import Engine
from tests.proof.engine.remote import engine_at
from tests.proof.faults import kinds

SECONDS = 60  # for any one request, so that nothing waits for ever
FAILED = 3
NO_ANSWER: dict[str, list[Any]] = {"answers": [], "held": []}
STOPPED = "stopped\n"


@dataclass(frozen=True, slots=True)
class Invocation:
    """A request and the environment that it runs in."""

    handler: str
    event: dict[str, Any]
    milliseconds: int = 10_000  # that the function has left when it locks its key, which is when the lock ends
    times: int = 1  # that the environment answers the request, one after the other
    left: int = 10_000  # milliseconds at first
    fault: tuple[str, int] | None = None  # its kind, and the number of the call (from 1) that it befalls

    def answer(self) -> Response:
        """Answer it in this process. What a scheduled job gives or raises stands for 200 and 500."""
        function, context = pkgutil.resolve_name(self.handler), Context(self.left, self.milliseconds)
        if "httpMethod" in self.event:
            return Response.of(function(self.event, context))
        try:
            return Response(200, {}, json.dumps(function(self.event, context)))
        except Exception as error:  # noqa: BLE001 - Lambda catches every one and invokes the function again
            return Response(500, {}, repr(error))


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
    times: int = 1,
    **rest: Any,
) -> Invocation:
    """Describe a request like tests.api.call."""
    headers = dict(rest.pop("headers", None) or {})
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    handler, made = event(method, path, headers=headers, **rest)
    return Invocation(handler, made, milliseconds, times)


def _nothing() -> None:
    pass


class Fleet:
    """The test's end: a context manager."""

    engine: Engine
    held: list[Any]  # calls of the last batch that are still under way, see tests.proof.faults.kinds.deliver

    def __enter__(self) -> Self:
        path = os.pathsep.join(str(ROOT / folder) for folder in ("layers/shared", "functions", "."))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.proof.engine.workers"],
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
        return self._run(invocations, _nothing, quotas)

    def faulty(self, invocation: Invocation, meanwhile: Callable[[], None]) -> Answer | None:
        """Run a request that a fault befalls. `meanwhile` is called while its process is stopped, if that is the fault.

        None stands for a process that was ended.
        """
        (answers,) = self._run([invocation], meanwhile, {})
        return answers[0] if answers else None

    def _run(
        self, invocations: Sequence[Invocation], meanwhile: Callable[[], None], quotas: Mapping[str, int]
    ) -> list[list[Answer]]:
        batch = {
            "endpoint": self.engine.endpoint,
            "account": self.engine.account,
            "quotas": quotas,
            "invocations": [asdict(one) for one in invocations],
        }
        assert self._process.stdin
        assert self._process.stdout
        print(json.dumps(batch), file=self._process.stdin, flush=True)
        while (line := self._process.stdout.readline()) == STOPPED:
            try:
                meanwhile()
            finally:
                print(file=self._process.stdin, flush=True)
        results = json.loads(line)
        assert "failed" not in results, "a process of the fleet failed: see its traceback on stderr"
        self.held = [call for result in results for call in result["held"]]
        return [[Answer(**answer) for answer in result["answers"]] for result in results]


def load() -> None:
    """Import every handler."""
    for function in functions().values():
        importlib.import_module(function["Handler"].rsplit(".", 1)[0])


def _serve() -> None:
    """The far end: run batch after batch."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the logs of the functions
    load()
    passwords._hasher = QUICK
    request.MAX_SECONDS = SECONDS  # twenty processes share two cores here, and on Lambda none
    limits = dict(policies())
    engines: dict[str, Engine] = {}
    for line in sys.stdin:
        batch = json.loads(line)
        engine = engines.get(batch["endpoint"]) or engines.setdefault(batch["endpoint"], engine_at(batch["endpoint"]))
        engine.switch(batch["account"])
        policies().update(limits | {name: Policy(name, most, 60) for name, most in batch["quotas"].items()})
        print(json.dumps(_run(batch["invocations"], answers)), file=answers, flush=True)


def _run(invocations: list[dict[str, Any]], answers: TextIO) -> list[Any]:
    gate, opener = os.pipe()
    children = []
    for one in invocations:
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(opener)
            _live(Invocation(**one), gate, writer)
        os.close(writer)
        children.append((pid, os.fdopen(reader)))
    for _, output in children:
        output.readline()  # it is ready
    os.close(opener)
    os.close(gate)
    results = []
    for pid, output in children:
        with output:
            while (text := output.readline()) == STOPPED:
                os.waitpid(pid, os.WUNTRACED)
                print(STOPPED, end="", file=answers, flush=True)
                sys.stdin.readline()  # the test lets it go on
                os.kill(pid, signal.SIGCONT)
        status = os.waitpid(pid, 0)[1]
        ended = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        results.append(NO_ANSWER if ended else json.loads(text) if status == 0 else "failed")
    return results


def _live(one: Invocation, gate: int, writer: int) -> NoReturn:
    """Be one execution environment, from the fork to the end."""
    code = FAILED
    try:
        signal.alarm(SECONDS)
        fault = kinds.Befallen(*one.fault, stop=partial(_stop, writer)) if one.fault else None
        os.write(writer, b"\n")
        os.read(gate, 1)  # returns when the gate is opened for all
        answers = [_answer(one) for _ in range(one.times)]
        with os.fdopen(writer, "w") as output:
            print(json.dumps({"answers": answers, "held": fault.held if fault else []}), file=output)
        code = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
        raise
    finally:
        os._exit(code)


def _answer(one: Invocation) -> dict[str, Any]:
    started = clock.monotonic()
    return asdict(one.answer()) | {"started": started, "ended": clock.monotonic()}


def _stop(writer: int) -> None:
    """Stop this process until the test lets it go on."""
    os.write(writer, STOPPED.encode())
    os.kill(os.getpid(), signal.SIGSTOP)


if __name__ == "__main__":
    _serve()
