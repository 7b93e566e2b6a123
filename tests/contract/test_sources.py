"""Sizes to hold, and a test module for each module."""

import ast
from pathlib import Path

import pytest

from scripts import ROOT
from tests.api import event_file, functions

LAYER = ROOT / "layers/shared/neoforge"
HANDLERS = sorted((ROOT / "functions").rglob("*.py"))
MODULES = sorted(LAYER.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("path", HANDLERS, ids=name)
def test_a_handler_is_a_sentence(path: Path) -> None:
    assert lines(path) <= 40


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_is_short(path: Path) -> None:
    assert lines(path) <= 200


@pytest.mark.parametrize("path", TESTS, ids=name)
def test_a_test_module_is_short(path: Path) -> None:
    assert lines(path) <= 250


def size(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function's body, its docstring left out."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", [*HANDLERS, *MODULES], ids=name)
def test_a_function_is_short_and_says_what_it_does(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert size(node) <= 25, node.name


@pytest.mark.parametrize("path", [*HANDLERS, *MODULES], ids=name)
def test_a_module_has_a_docstring(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text()))


@pytest.mark.parametrize("path", [path for path in MODULES if path.name != "__init__.py"], ids=name)
def test_a_module_of_the_layer_has_its_test_module(path: Path) -> None:
    inside = path.relative_to(LAYER)
    assert (ROOT / "tests/unit" / inside.parent / f"test_{inside.name}").is_file()


@pytest.mark.parametrize("path", HANDLERS, ids=name)
def test_a_handler_has_its_test_module(path: Path) -> None:
    inside = path.relative_to(ROOT / "functions")
    assert (ROOT / "tests/functions" / inside.parent / f"test_{inside.name}").is_file()


@pytest.mark.parametrize("logical_id", functions())
def test_a_function_has_its_event(logical_id: str) -> None:
    assert event_file(functions()[logical_id]["Handler"]).is_file()
