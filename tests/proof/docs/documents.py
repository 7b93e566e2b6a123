"""The documents: their commands, what they say that is printed, and what is not run and why."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from markdown_it import MarkdownIt

from scripts import ROOT

DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
SHELL = ("sh", "bash", "shell", "console")
# Before a block that cannot run here, unseen by who reads the document: <!-- not run: it needs an AWS account -->
_NOT_RUN = re.compile(r"<!-- not run: (.+?) -->", re.DOTALL)


@dataclass
class Block:
    """A block of commands. printed: the fenced text that follows it at once, which is what they print."""

    line: int
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


@dataclass
class Document:
    """A document and its blocks, in their order."""

    path: Path
    blocks: list[Block] = field(default_factory=list)

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def run(self) -> list[Block]:
        """What is run."""
        return [block for block in self.blocks if block.reason is None]


def read(path: Path) -> Document:
    """Take the blocks out of a document."""
    document = Document(path)
    reason: str | None = None
    answered: Block | None = None  # a block whose answer may follow
    for token in MarkdownIt().parse(path.read_text(encoding="utf-8")):
        if token.type == "html_block":
            found = _NOT_RUN.search(token.content)
            reason = " ".join(found[1].split()) if found else None
        elif token.type == "fence" and token.info in SHELL:
            answered = Block(line=(token.map or [0])[0] + 1, text=token.content, reason=reason)
            document.blocks.append(answered)
            reason = None
        elif token.type == "fence" and answered:
            answered.printed = token.content
            answered = None
        else:
            answered = None
    return document


def documents() -> Iterator[Document]:
    """Every document that has commands."""
    yield from (document for document in map(read, DOCUMENTS) if document.blocks)
