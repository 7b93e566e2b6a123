"""Every command of the documents: run, and what it prints compared; or left out with a reason, in sight."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sybil import Document

from scripts import ROOT
from scripts.api import Api
from scripts.local.dev import DEMO
from scripts.local.stack import Local
from tests.proof.docs.documents import DOCUMENTS, Block, documents, name
from tests.proof.docs.printed import differs
from tests.proof.docs.shell import Shell

RUN = [document for document in documents() if any(example.parsed.reason is None for example in document)]
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("document", RUN, ids=name)
def test_the_commands_of_a_document_do_what_it_says(document: Document, documented: Local, tmp_path: Path) -> None:
    email = DEMO["email"].replace("@", f"-{re.sub(r'\W', '-', name(document))}@")
    with Api(documented.url) as api:
        made = api.request("POST", "/v1/auth/register", body=DEMO | {"email": email})
    assert made.status == 201, made.body
    with Shell(documented.url, email, tmp_path) as document.namespace["shell"]:
        for example in document:
            example.evaluate()


def test_what_is_not_run_is_known_with_its_reason(record_property: Callable[[str, object], None]) -> None:
    left_out = {
        f"{name(document)}:{example.line}": example.parsed.reason
        for document in documents()
        for example in document
        if example.parsed.reason is not None
    }
    for place, reason in left_out.items():
        sys.stdout.write(f"{place} is not run: {reason}\n")
        record_property(place, reason)
    assert set(left_out.values()) <= REASONS


# Why a block may be left out; a new reason has to be written here as well.
REASONS = {
    "it needs an AWS account",
    "it needs an AWS account; tests/proof/stack/test_signing_keys.py takes the same steps on the local stack",
    "it runs until Ctrl-C; tests/proof/stack/test_local_stack.py runs it",
    "it runs this test",
    "it needs GitHub",
    "there is no step to run; tests/scripts/test_migrate.py does it",
    "tests/proof/docs/test_example.py does it",
    "the endpoint is there only once it was added",
}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_make_targets_that_a_document_names_exist(path: Path) -> None:
    named = set(re.findall(r"`make ([a-z-]+)[^`]*`|^\s*make ([a-z-]+)", path.read_text(encoding="utf-8"), re.MULTILINE))
    assert {one or other for one, other in named} <= TARGETS


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\n", "a\nb\n", False),
        ("a\nb\n", "a\n", False),
        ("b\n", "a\nb\n", False),
        ('{"id":"prj_…"}', '{"id":"prj_01a20549-78b4-779b-ab24-9ee5f80eb947"}', True),
        ('"at": "2026-11-22T22:03:50.836Z"', '"at": "2027-01-01T00:00:00.000Z"', True),
        ("HTTP/1.1 201 Created\nB: 2\n\n{}", "HTTP/1.1 201 Created\r\nA: 1\r\nb: 2\r\n\r\n{}", True),
        ("HTTP/1.1 201 Created\nC: 2", "HTTP/1.1 201 Created\r\nA: 1\r\n", False),
        ('HTTP/1.1 201 Created\n\n{"a":1}', 'HTTP/1.1 201 Created\r\n\r\n{"a":1,"b":2}', False),
        ("", "", True),
    ],
)
def test_what_is_shown_is_what_is_printed(shown: str, printed: str, same: bool) -> None:
    assert (differs(shown, printed) is None) == same


@pytest.mark.parametrize(
    ("text", "printed", "errors"),
    [
        ("curl x  # 412 the second time", None, {412}),
        ("curl x  # of 400000, 4040 or v401", None, set()),
        ("curl -i x", "HTTP/1.1 404 Not Found\n", {404}),
        ("curl x", '{"status": 422}', {422}),
        ("curl x#404", None, set()),
    ],
)
def test_a_document_tells_which_errors_come(text: str, printed: str | None, errors: set[int]) -> None:
    assert Block(text, printed).errors == errors
