"""The documents as a site: built without a warning, a page for each type of problem, and nothing from elsewhere."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from markdown_it import MarkdownIt

from neoforge.api.problems import Problem, ProblemType
from neoforge.settings import settings
from scripts import ROOT
from tests.proof.docs.documents import DOCUMENTS, OUTSIDE


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build as `make docs` does. A broken link or anchor between documents is a warning."""
    folder = tmp_path_factory.mktemp("site")
    recipe = next(line for line in (ROOT / "Makefile").read_text().splitlines() if "-m sphinx" in line)
    options = recipe.replace("build/doctrees", str(folder / "trees")).replace("build/docs", str(folder / "built"))
    command = [sys.executable, *options.split()[1:]]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert (built.returncode, built.stderr) == (0, "")
    return folder / "built"


def test_warnings_are_errors() -> None:
    recipe = next(line for line in (ROOT / "Makefile").read_text().splitlines() if "-m sphinx" in line)
    assert "-W" in recipe.split()


@pytest.mark.parametrize("name", [kind.value for kind in ProblemType])
def test_the_type_of_a_problem_is_a_page(name: str, site: Path) -> None:
    kind = re.search(r'"type": "([^"]+)"', Problem(ProblemType(name), "x").response("r").body)
    assert kind
    path = urlsplit(kind[1]).path.removeprefix(urlsplit(settings.docs_base_url).path).lstrip("/")
    page = (site / path / "index.html").read_text(encoding="utf-8")
    assert f'<code class="docutils literal notranslate"><span class="pre">{name}</span></code>' in page


def test_every_document_is_a_page_that_the_index_leads_to(site: Path) -> None:
    index = (site / "index.html").read_text(encoding="utf-8")
    pages = [document.relative_to(ROOT / "docs").with_suffix("") for document in DOCUMENTS if document.parent != ROOT]
    assert [page for page in pages if f'href="{page}/"' not in index] == []
    assert 'href="changelog/"' in index


LOADED = re.compile(r'<(?:script|img|iframe)[^>]* src="([^"]+)"|<link[^>]* rel="stylesheet"[^>]* href="([^"]+)"')


def test_a_page_loads_nothing_from_elsewhere(site: Path) -> None:
    loaded = {
        one or other for page in site.rglob("*.html") for one, other in LOADED.findall(page.read_text(encoding="utf-8"))
    }
    assert [source for source in loaded if source.startswith(("http:", "https:", "//"))] == []
    assert len(loaded) > 5


def links(path: Path) -> Iterator[str]:
    for token in MarkdownIt().parse(path.read_text(encoding="utf-8")):
        for part in token.children or []:
            target = part.attrs.get("href") or part.attrs.get("src")
            if isinstance(target, str):
                yield target


@pytest.mark.parametrize("name", [*OUTSIDE, "CHANGELOG.md"])
def test_what_is_not_on_the_site_links_to_what_there_is(name: str) -> None:
    inside = [link for link in links(ROOT / name) if not urlsplit(link).scheme]
    assert [link for link in inside if not (ROOT / urlsplit(link).path).exists()] == []
    assert inside or name == "CHANGELOG.md"
