"""`make docs`: writes the tables in docs/ that are made of other files; the site is then built by Sphinx.

    python -m scripts.docs.tables [--check]

With --check nothing is written, and the status is 1 if a table is stale.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable

from scripts import ROOT
from scripts.build.template import functions
from scripts.docs import budgets, cost
from scripts.ops.environment import TEMPLATE


def routes() -> str:
    """Return the table of docs/from-neoforge.md: every route, its file, and its summary in docs/openapi.json."""
    paths = json.loads((ROOT / "docs/openapi.json").read_text(encoding="utf-8"))["paths"]
    lines = ["| Route | File | Summary |", "|---|---|---|"]
    for function in functions(TEMPLATE).values():
        file = ROOT.joinpath("functions", *function["Handler"].split(".")[:-1]).with_suffix(".py")
        method, _, path = function["Description"].partition(" ")
        if path in paths:  # a schedule has no route
            summary = paths[path][method.lower()]["summary"]
            lines.append(f"| `{method} {path}` | `{file.relative_to(ROOT)}` | {summary} |")
    return "\n".join(lines)


# The tables by their marks: <!-- made by make docs: cost --> … <!-- end -->
TABLES: dict[str, Callable[[], str]] = {
    "operations": budgets.table,
    "cost": cost.table,
    "prices": cost.prices,
    "routes": routes,
}
_MARKED = re.compile(r"(<!-- made by make docs: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def fresh(text: str) -> str:
    """Return a document with its tables as they ought to be. Raises KeyError for a mark that nobody knows."""
    return _MARKED.sub(lambda mark: f"{mark[1]}\n{TABLES[mark[2]]()}\n\n{mark[3]}", text)


def main() -> int:
    parser = argparse.ArgumentParser(description="Write the tables in docs/ that are made of other files.")
    parser.add_argument("--check", action="store_true", help="write nothing, only tell whether they are fresh")
    check, stale = parser.parse_args().check, []
    for path in sorted((ROOT / "docs").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        if (wanted := fresh(text)) != text:
            stale.append(path)
            if not check:
                path.write_text(wanted, encoding="utf-8")
    if check and stale:
        print(f"stale: {', '.join(path.name for path in stale)}: run make docs", file=sys.stderr)
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
