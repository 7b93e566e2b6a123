"""Looks for an order of concurrent calls in which the model gives every answer that was seen (linearizability).

J. M. Wing and C. Gong, Testing and Verifying Concurrent Objects, 1993.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tests.proof.linearity.model import Answer, Request, State

IN_PROGRESS = Answer(409, "request-in-progress")
REUSED = Answer(422, "idempotency-key-reused")


class Call(NamedTuple):
    """A request, its answer, and the moments between which it happened."""

    request: Request
    answer: Answer
    started: float
    ended: float

    def overlaps(self, other: "Call") -> bool:
        return self.started <= other.ended and other.started <= self.ended


class History:
    """What an account was answered, batch by batch; each begins when the one before has ended."""

    def __init__(self) -> None:
        self.states = {State()}
        self._newest = ""

    def explain(self, calls: Sequence[Call]) -> bool:
        """Carry on each state that the calls before may have led to. Tells whether any is left."""
        made = [call for call in calls if _made(call)]
        in_order = all(
            _made(call) > max([self._newest, *(_made(other) for other in made if other.ended < call.started)])
            for call in made
        )
        effective = [call for call in calls if not _locked_out(call, calls)]
        found = {after for state in self.states for after in outcomes(state, effective)} if in_order else set()
        if found:
            self.states = found
            self._newest = max([self._newest, *map(_made, made)])
        return bool(found)


def outcomes(state: State, calls: Sequence[Call]) -> set[State]:
    """Return each state that an order of the calls leads to; none if there is no such order."""
    last = tuple(len(call.request.steps) for call in calls)
    seen = {((0,) * len(calls), state)}
    left = list(seen)
    while left:
        done, before = left.pop()
        for index in _next(calls, done):
            after = calls[index].request.steps[done[index]](before, calls[index].answer)
            moment = (*done[:index], done[index] + 1, *done[index + 1 :])
            if after is not None and (moment, after) not in seen:
                seen.add((moment, after))
                left.append((moment, after))
    return {after for done, after in seen if done == last}


def _next(calls: Sequence[Call], done: tuple[int, ...]) -> Iterable[int]:
    """Return the calls that may take a step: those that began before the end of every one that has steps left."""
    open_ = [index for index, call in enumerate(calls) if done[index] < len(call.request.steps)]
    first_end = min((calls[index].ended for index in open_), default=0.0)
    return [index for index in open_ if calls[index].started <= first_end]


def _locked_out(call: Call, calls: Sequence[Call]) -> bool:
    """Return whether a call did nothing because another one with its key, at the same time, may have held the lock."""
    refusals = {IN_PROGRESS: True, REUSED: False}
    if call.answer not in refusals:
        return False
    rivals = [other for other in calls if other is not call and call.overlaps(other)]
    same = refusals[call.answer]
    return any(
        rival.request.scope == call.request.scope and (rival.request == call.request) == same
        for rival in rivals
        if rival.request.key is not None
    )


def _made(call: Call) -> str:
    """The id of what a call has made, as its Location tells it; a replay makes nothing."""
    return "" if call.answer.replayed else call.answer.location.rpartition("/")[2]
