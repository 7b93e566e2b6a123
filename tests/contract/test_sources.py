"""Sizes to hold, and a test module for each module. A failure names each file that is over or that lacks one."""

import ast
from pathlib import Path

from scripts import ROOT
from tests.api import event_file, functions

LAYER = ROOT / "layers/shared/neoforge"
HANDLERS = sorted((ROOT / "functions").rglob("*.py"))
MODULES = sorted(LAYER.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))


def longer(paths: list[Path], most: int) -> list[str]:
    """Return the files of more lines."""
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in paths}
    return [f"{path.relative_to(ROOT)}: {count}" for path, count in lines.items() if count > most]


def size(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function's body, its docstring left out."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def lacking(sources: list[Path], root: Path, tests: str) -> list[str]:
    """Return the test modules that are missing."""
    expected = [ROOT / "tests" / tests / path.relative_to(root).with_name(f"test_{path.name}") for path in sources]
    return [str(path.relative_to(ROOT)) for path in expected if not path.is_file()]


def test_a_handler_has_at_most_40_lines() -> None:
    assert longer(HANDLERS, 40) == []


def test_a_module_of_the_layer_has_at_most_200_lines() -> None:
    assert longer(MODULES, 200) == []


def test_a_test_module_has_at_most_250_lines() -> None:
    assert longer(TESTS, 250) == []


def test_a_function_has_at_most_25_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in [*HANDLERS, *MODULES]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and size(node) > 25
    ]
    assert long == []


def test_a_module_of_the_layer_has_its_test_module() -> None:
    assert lacking([path for path in MODULES if path.name != "__init__.py"], LAYER, "unit") == []


def test_a_handler_has_its_test_module() -> None:
    assert lacking(HANDLERS, ROOT / "functions", "functions") == []


def test_a_function_has_its_event() -> None:
    missing = [event_file(one["Handler"]) for one in functions().values() if not event_file(one["Handler"]).is_file()]
    assert missing == []
