"""`make bench` can measure every function: each once, as the bench does."""

import sysconfig
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from argon2 import PasswordHasher

from scripts import ROOT
from scripts.build.layers import build_shared
from scripts.proof.bench import cold, warm
from scripts.proof.bench.fake_dynamodb.answers import Stored
from scripts.proof.bench.fake_dynamodb.stored import stored
from scripts.proof.bench.layout import Layout
from scripts.proof.bench.subject import handlers, warm_requests

SHARES = 2  # cold starts at once


@pytest.fixture(scope="module")
def layout(docs_layer: str, tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """Our package compiled, as sources would be compiled at each start; the packages are those of the tests."""
    folder = tmp_path_factory.mktemp("shared")
    build_shared(folder)
    packages = sysconfig.get_path("purelib")
    return Layout([str(ROOT / "functions"), str(folder / "python"), docs_layer, packages], [packages], {})


@pytest.fixture(scope="module")
def table() -> Stored:
    return stored(PasswordHasher(time_cost=1, memory_cost=64).hash)


def test_each_function_starts_cold_and_succeeds(layout: Layout, table: Stored) -> None:
    names = handlers()
    cases = cold.cases(layout, names, ())

    def measured(share: Sequence[str]) -> dict[str, Any]:
        once = {name: cases[name] | {"loops": 1} for name in (cold.FLOOR, *share)}
        return cold.measure(once, table, rounds=1)

    with ThreadPoolExecutor(SHARES) as threads:
        found = [
            one for part in threads.map(measured, (names[at::SHARES] for at in range(SHARES))) for one in part.items()
        ]
    assert {name for name, _ in found} == {cold.FLOOR, *names}
    assert {name: one["status"] for name, one in found if not 200 <= one["status"] < 300} == {}


def test_each_warm_request_is_measured_beside_its_floor(layout: Layout, table: Stored) -> None:
    try:
        names = warm_requests().keys()
    except LookupError as error:
        pytest.skip(f"nothing is measured warm: {error}")
    measured = warm.measure(warm.routes(layout, table, names, ()), batches=1)
    assert measured.keys() == names
    assert all(one["cpu_us"].keys() == {warm.FLOOR, warm.OURS} for one in measured.values())
