"""The documents: their commands, what they say that is printed, and what is not run and why."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from sybil import Document, Example, Region
from sybil.parsers.markdown.lexers import RawFencedCodeBlockLexer

from scripts import ROOT
from tests.proof.docs.printed import differs

OUTSIDE = ("README.md", "CONTRIBUTING.md", "SECURITY.md")  # of docs/, so not on the site
DOCUMENTS = sorted([*(ROOT / name for name in OUTSIDE), *(ROOT / "docs").rglob("*.md")])
SHELL = ("sh", "bash", "shell", "console")
_FENCES = RawFencedCodeBlockLexer(re.compile(r"(?P<language>.*)$\n", re.MULTILINE))
# Before a block that cannot run here, unseen by who reads the document: <!-- not run: it needs an AWS account -->
_NOT_RUN = re.compile(r"<!-- not run: ((?:(?!-->).)+) -->\s*\Z", re.DOTALL)


@dataclass
class Block:
    """A block of commands. printed: the fenced text that follows it at once, which is what they print."""

    text: str
    printed: str | None = None
    reason: str | None = None  # why it is not run

    @property
    def errors(self) -> set[int]:
        """The statuses of 400 and more that the document says come."""
        comments = " ".join(re.findall(r"(?:^|\s)# (.*)", self.text))
        told = re.findall(r"(?<![\w.])[45]\d\d(?!\w)", comments)
        shown = re.findall(r"^HTTP/[\d.]+ ([45]\d\d)|\"status\": ?([45]\d\d)", self.printed or "", re.MULTILINE)
        return {int(status) for status in [*told, *(one or other for one, other in shown)]}


def blocks(document: Document) -> Iterator[Region]:
    """Find the blocks of commands, as a parser of Sybil's."""
    fences = list(_FENCES(document))
    for fence, following in zip_longest(fences, fences[1:]):
        if fence.lexemes["language"] not in SHELL:
            continue
        left_out = _NOT_RUN.search(document.text, 0, fence.start)
        block = Block(fence.lexemes["source"], reason=" ".join(left_out[1].split()) if left_out else None)
        at_once = following and not document.text[fence.end : following.start].strip()
        if at_once and following.lexemes["language"] not in SHELL:
            block.printed = following.lexemes["source"]
        yield Region(fence.start, fence.end, block, evaluate)


def evaluate(example: Example) -> str | None:
    """Run a block, unless it is not to be run, in the shell of its document; tell what comes otherwise than written."""
    block: Block = example.parsed
    if block.reason is not None:
        return None
    ran = example.namespace["shell"].run(block.text)
    if not ran.ended:
        return f"it failed: {ran.complaints}\n{ran.printed}"
    if ran.errors != block.errors:
        return f"statuses {ran.errors} came, {block.errors} are told of: {ran.printed}"
    return None if block.printed is None else differs(block.printed, ran.printed)


def read(path: Path) -> Document:
    """Take the blocks out of a document."""
    return Document.parse(str(path), blocks)


def name(document: Document) -> str:
    return str(Path(document.path).relative_to(ROOT))


def documents() -> Iterator[Document]:
    """Every document that has commands."""
    yield from (document for document in map(read, DOCUMENTS) if list(document))
