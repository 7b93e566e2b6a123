"""Removes a domain from a checkout: deletes its own files, and its functions from template.yaml.

    python -m scripts.proof.removal DOMAIN FOLDER

A domain's own are the files and folders that are named after it (`test_DOMAIN.py` included), and the code, event and
tests of each function that its module in tests/catalog describes. Run `make generate test` afterwards.
"""

import argparse
import importlib
import re
import shutil
import subprocess
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path, PurePosixPath

from scripts import ROOT

LINKED = (".venv", ".venv-sam", ".venv-emulator", ".tools", "build/cache")
HEADING = re.compile(r"  # -{3,}")  # of a section of the template, within Resources
BLOCK = re.compile(r"  \w+:$")  # the first line of a resource
HANDLER = re.compile(r"      Handler: ([\w.]+)\.handler$")
ANCHOR = re.compile(r"^(      \w+: )&(\w+)(.*\n(?:       .*\n)*)", re.MULTILINE)  # of a member of a function
METRIC = re.compile(r"create_schedule\(\s*\"(\w+)\"")  # which a job counts its work with


def copy_repository(folder: Path) -> None:
    """Copy what git would commit into a new repository; environments and caches are linked.

    Times of modification are kept, or make would install the environments again.
    """
    for file in tracked_files(ROOT):
        target = folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / file, target)
    for name in LINKED:
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).symlink_to(ROOT / name)
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    (folder / ".git/info/exclude").write_text("".join(f"/{name}\n" for name in LINKED))  # .gitignore excludes folders
    subprocess.run(["git", "add", "--all"], cwd=folder, check=True)


def tracked_files(folder: Path) -> list[str]:
    """Return the files that git would commit, and that are there."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout
    return sorted(name for name in {*listed.split("\0")} if name and (folder / name).is_file())


def remove(domain: str, folder: Path) -> None:
    """Remove a domain from a checkout."""
    handlers = handlers_of(domain)
    own = [folder / file for file in own_files(domain, handlers, tracked_files(folder))]
    metrics = [one for file in own if file.suffix == ".py" for one in METRIC.findall(file.read_text(encoding="utf-8"))]
    for file in own:
        file.unlink()
    for parent in {file.parent for file in own}:
        _remove_if_empty(parent)
    template = folder / "template.yaml"
    text = without_functions(template.read_text(encoding="utf-8"), handlers)
    template.write_text(without_metrics(text, metrics), encoding="utf-8")


def _remove_if_empty(folder: Path) -> None:
    """Remove a folder in which nothing but bytecode is left: it could still be imported."""
    if {*folder.iterdir()} <= {folder / "__pycache__"}:
        shutil.rmtree(folder)


def handlers_of(domain: str) -> set[str]:
    """Return the modules of a domain's functions, such as status.get and schedules.roll_up_status."""
    return {row.handler for row in importlib.import_module(f"tests.catalog.{domain}").FUNCTIONS}


def own_files(domain: str, handlers: Collection[str], files: Iterable[str]) -> Iterator[str]:
    """Yield the files that are a domain's own."""
    names = {domain, f"test_{domain}"}
    of_functions = {
        path
        for folder, name in (handler.split(".") for handler in handlers)
        for path in (f"functions/{folder}/{name}.py", f"events/{folder}/{name}.json", _test(folder, name))
    }
    for file in files:
        path = PurePosixPath(file)
        if names & {path.stem, *path.parts} or file in of_functions:
            yield file


def _test(folder: str, name: str) -> str:
    return f"tests/functions/{folder}/test_{name}.py"


def without_functions(template: str, handlers: Collection[str]) -> str:
    """Remove the functions with these handlers from the text of a template, and sections that are left empty."""
    kept: list[str] = []
    removed: list[str] = []
    for block in _blocks(template):
        if _is_function(block, handlers):
            removed.append(block)
            continue
        if kept and _is_heading(kept[-1]) and _is_heading(block):
            kept.pop()  # the section before has nothing left
        kept.append(block)
    return _with_anchors_of("".join(removed), "".join(kept))


def _with_anchors_of(removed: str, kept: str) -> str:
    """Move an anchor that was removed to where it is first used."""
    for member, name, content in ANCHOR.findall(removed):
        kept = kept.replace(f"\n{member}*{name}\n", f"\n{member}&{name}{content}", 1)
    return kept


def without_metrics(template: str, metrics: Iterable[str]) -> str:
    """Remove metrics of ours from the widgets of the dashboard that show others as well."""
    for metric in metrics:
        shown = rf'\["NeoForge", "{metric}", [^]]*\]'
        template = re.sub(rf"\n *{shown},(?=\n)|,\n *{shown}(?=\])", "", template)
    return template


def _blocks(template: str) -> Iterator[str]:
    """Split a template before each resource, with the comment above it, and before each heading."""
    lines: list[str] = []
    comment: list[str] = []
    for line in template.splitlines(keepends=True):
        if HEADING.match(line) or BLOCK.match(line):
            yield "".join(lines)
            lines, comment = [*comment, line], []
        elif line.startswith("  # "):
            comment.append(line)
        else:
            lines += [*comment, line]
            comment = []
    yield "".join([*lines, *comment])


def _is_heading(block: str) -> bool:
    return bool(HEADING.match(block)) and block.count("\n") == 1


def _is_function(block: str, handlers: Collection[str]) -> bool:
    return any(found[1] in handlers for line in block.splitlines() if (found := HANDLER.match(line)))


def main() -> None:
    parser = argparse.ArgumentParser(description="Remove a domain from a checkout.")
    parser.add_argument("domain", help="name of its module in tests/catalog, such as projects")
    parser.add_argument("folder", type=Path, help="the checkout; its files are deleted")
    arguments = parser.parse_args()
    remove(arguments.domain, arguments.folder)


if __name__ == "__main__":
    main()
