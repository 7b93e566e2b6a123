"""Whatever callers do at once, there is an order in which the answers are those of requests one after the other.

Everything above is a quick look with fixed examples. To look longer, with others each time:

    pytest tests/proof/stack/test_linearity.py --hypothesis-profile=long
"""

from collections.abc import Callable
from functools import partial

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from scripts.api import Api
from tests.api import new_account
from tests.proof.linearity.model import Create
from tests.proof.linearity.search import Call, History
from tests.proof.stack.callers import at_once, together
from tests.proof.stack.conftest import LONG
from tests.proof.stack.linearity import Recorder, Wish, told

QUICK = settings(settings.get_profile(LONG), max_examples=10, stateful_step_count=15, derandomize=True)

# Few of each, so that they meet: projects, names, keys and versions.
PROJECTS = st.sampled_from([0, 0, 0, 1, 2])
NAMES = st.sampled_from(["x", "y", "z"])
KEYS = st.sampled_from([None, None, "k", "l"])
CONDITIONS = st.sampled_from([None, None, 0, 0, -1, 1])
CHANGES = st.builds(Wish, st.just("patch"), PROJECTS, st.none() | NAMES, CONDITIONS, KEYS)
WISHES = st.one_of(
    st.builds(Wish, st.just("create"), name=NAMES, key=KEYS),
    CHANGES,
    CHANGES,
    st.builds(Wish, st.just("delete"), PROJECTS, condition=CONDITIONS, key=KEYS),
    st.builds(Wish, st.just("read"), PROJECTS, condition=CONDITIONS),
    st.builds(Wish, st.just("list"), condition=CONDITIONS),
    st.just(Wish("walk")),
)
MANY = 4
ROUTES = [
    ("GET", "/v1/projects"),
    ("POST", "/v1/projects"),
    ("GET", "/v1/projects/prj"),
    ("PATCH", "/v1/projects/prj"),
    ("DELETE", "/v1/projects/prj"),
]


class Callers(RuleBasedStateMachine):
    """Several callers of one account, which is new in each example and has two projects."""

    api: Api

    def __init__(self) -> None:
        super().__init__()
        self.recorder = Recorder(self.api, new_account(self.api).token)
        self.history = History()
        self.known: list[str] = []
        for name in ("first", "second"):
            self._send([partial(self.recorder.one, Create(name))])

    @rule(wishes=st.lists(WISHES, min_size=1, max_size=MANY))
    def ask(self, wishes: list[Wish]) -> None:
        """Ask for several things in the same moment."""
        self._send([self._task(wish) for wish in wishes])

    @rule(wish=WISHES, times=st.integers(2, MANY))
    def ask_the_same(self, wish: Wish, times: int) -> None:
        """Ask for the same several times in the same moment."""
        self._send([self._task(wish)] * times)

    def _task(self, wish: Wish) -> Callable[[], list[Call]]:
        if wish.kind == "walk":
            return partial(self.recorder.walk, 1)
        # Of states that are all possible, any one will do: it only tells what is worth asking for.
        return partial(self.recorder.one, wish.request(self.known, next(iter(self.history.states))))

    def _send(self, tasks: list[Callable[[], list[Call]]]) -> None:
        calls = [call for recorded in together(tasks) for call in recorded]
        assert self.history.explain(calls), f"no order explains\n{told(calls)}\nafter {self.history.states}"
        made = {call.answer.location.rpartition("/")[2] for call in calls if call.answer.location}
        self.known = sorted({*self.known, *made}, reverse=True)


def test_answers_are_those_of_requests_one_after_the_other(http: Api) -> None:
    for method, path in ROUTES:  # starts the processes, so that requests meet at the database
        at_once(partial(http.request, method, path), MANY)

    class Here(Callers):
        api = http

    run_state_machine_as_test(Here, settings=None if settings.get_current_profile_name() == LONG else QUICK)
