"""Tables that are made of other files are fresh; what is listed in a document is all there is."""

import re
import subprocess
import sys

import pytest

from scripts import ROOT
from scripts.build.template import Json
from tests.api import TEMPLATE


def document(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def test_the_tables_are_what_make_docs_would_write() -> None:
    command = [sys.executable, "-m", "scripts.docs.tables", "--check"]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize(
    ("name", "tables"),
    [("access-patterns.md", ["operations"]), ("operating.md", ["cost", "prices"]), ("from-neoforge.md", ["routes"])],
)
def test_a_document_has_its_tables(name: str, tables: list[str]) -> None:
    assert re.findall(r"<!-- made by make docs: (\w+) -->\n\n\|", document(name)) == tables


def resources(kind: str) -> dict[str, Json]:
    return {name: one for name, one in TEMPLATE["Resources"].items() if one["Type"] == kind}


def test_every_alarm_is_told_with_what_to_do() -> None:
    rows = re.findall(r"^\| `(\w+Alarm)` \| (.+?) \| (.+?) \|$", document("operating.md"), re.MULTILINE)
    assert sorted(name for name, _, _ in rows) == sorted(resources("AWS::CloudWatch::Alarm"))


@pytest.mark.parametrize("name", ["security.md", "../README.md"])
def test_the_tests_that_a_claim_names_exist(name: str) -> None:
    named = re.findall(r"`(tests/[\w/.]+)`", document(name))
    assert len(named) > 5
    assert [one for one in named if not (ROOT / one).exists()] == []


def test_the_parameters_that_a_document_names_exist() -> None:
    named = set(re.findall(r"`([A-Z]\w+)=[^`]*`", document("operating.md")))
    assert named
    assert named <= TEMPLATE["Parameters"].keys()
