"""Tables that are made of other files are fresh; what is listed in a document is all there is."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import ROOT
from scripts.build.template import Json
from tests.api import TEMPLATE
from tests.proof.docs.documents import DOCUMENTS


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


@pytest.mark.parametrize("name", ["security.md", "architecture.md", "../README.md"])
def test_a_claim_names_its_tests(name: str) -> None:
    assert len(re.findall(r"`tests/[\w/.]+`", document(name))) >= 4


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_files_that_a_document_names_exist(path: Path) -> None:
    named = set(
        re.findall(r"`((?:tests|scripts|functions|layers|events|docs)/[\w/.]+)`", path.read_text(encoding="utf-8"))
    )
    assert sorted(one for one in named if not (ROOT / one).exists()) == []


def test_the_handler_in_the_readme_is_the_file_that_it_names() -> None:
    file, code = re.findall(r"`(functions/[\w/.]+)`.*?```python\n(.*?)```", document("../README.md"), re.DOTALL)[0]
    assert code == (ROOT / file).read_text(encoding="utf-8"), f"copy {file} into README.md"


def test_the_parameters_that_a_document_names_exist() -> None:
    named = set(re.findall(r"`([A-Z]\w+)=[^`]*`", document("operating.md")))
    assert named
    assert named <= TEMPLATE["Parameters"].keys()
