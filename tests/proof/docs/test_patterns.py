"""The patterns in docs/openapi.json mean to other engines what the models mean to pydantic."""

import json
import re
import shutil
import subprocess
from functools import cache
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from neoforge.models import Line, VisibleText
from scripts.docs.patterns import BMP, SCALAR_VALUES, portable
from tests.contract.openapi import DOCUMENT

ADAPTERS: dict[str, TypeAdapter[str]] = {"line": TypeAdapter(Line), "text": TypeAdapter(VisibleText)}
PATTERNS = {kind: portable(adapter.json_schema()["pattern"]) for kind, adapter in ADAPTERS.items()}
NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="an engine of ECMA-262 is needed, and node is not installed")
# Prints the code points that each pattern takes alone, and those that it takes between two letters.
SCRIPT = """
const found = {};
const [flags] = process.argv.slice(1);
for (const [name, pattern] of Object.entries(JSON.parse(require('fs').readFileSync(0)))) {
  const expression = new RegExp(pattern, flags);
  found[name] = ['', 'a'].map((beside) => {
    const taken = [];
    for (let code = 0; code <= 0x10ffff; code++) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      if (expression.test(beside + String.fromCodePoint(code) + beside)) taken.push(code);
    }
    return taken;
  });
}
process.stdout.write(JSON.stringify(found));
"""


def accepts(adapter: TypeAdapter[str], text: str) -> bool:
    try:
        adapter.validate_python(text)
    except ValidationError:
        return False
    return True


@cache
def accepted(kind: str, beside: str) -> list[int]:
    return [code for code in SCALAR_VALUES if accepts(ADAPTERS[kind], f"{beside}{chr(code)}{beside}")]


def patterns(node: Any) -> set[str]:
    """The patterns in a part of the document."""
    if isinstance(node, dict):
        own = {node["pattern"]} if isinstance(node.get("pattern"), str) else set()
        return own.union(*map(patterns, node.values()))
    return set().union(*map(patterns, node)) if isinstance(node, list) else set()


def test_the_document_has_the_patterns_of_the_models() -> None:
    found = patterns(DOCUMENT)
    assert PATTERNS["line"] in found
    assert [one for one in found if r"\\p" in one] == []


@pytest.mark.parametrize("kind", ADAPTERS)
def test_a_pattern_means_the_same_to_python(kind: str) -> None:
    expression = re.compile(PATTERNS[kind])
    for beside in ("", "a"):
        taken = [code for code in SCALAR_VALUES if expression.search(f"{beside}{chr(code)}{beside}")]
        assert taken == accepted(kind, beside)


def in_node(*flags: str) -> dict[str, list[list[int]]]:
    command = [str(NODE), "-e", SCRIPT, "--", *flags]
    done = subprocess.run(command, input=json.dumps(PATTERNS), capture_output=True, text=True, check=True)
    found: dict[str, list[list[int]]] = json.loads(done.stdout)
    return found


@needs_node
def test_a_pattern_means_the_same_to_ecma_262() -> None:
    """JSON Schema asks for the flag u (2020-12, 6.4)."""
    assert in_node("u") == {kind: [accepted(kind, ""), accepted(kind, "a")] for kind in ADAPTERS}


@needs_node
def test_without_the_flag_u_a_pattern_takes_no_less_and_in_the_basic_plane_no_more() -> None:
    found = in_node()
    for kind in ADAPTERS:
        for beside, taken in zip(("", "a"), found[kind], strict=True):
            expected = accepted(kind, beside)
            assert {*expected} <= {*taken}
            assert [code for code in taken if code <= BMP] == [code for code in expected if code <= BMP]
