"""Hashes and archives see names and contents, and nothing else of a file."""

import os
import zipfile
from pathlib import Path

import pytest

from scripts.build.zip import tree_hash, zip_tree


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "tree" / "folder").mkdir(parents=True)
    (tmp_path / "tree" / "folder" / "b.txt").write_text("b")
    (tmp_path / "tree" / "a.txt").write_text("a")
    return tmp_path / "tree"


def test_times_and_permissions_do_not_count(tree: Path, tmp_path: Path) -> None:
    before = tree_hash(tree)
    zip_tree(tree, tmp_path / "before.zip")
    os.utime(tree / "a.txt", (0, 0))
    (tree / "a.txt").chmod(0o600)
    zip_tree(tree, tmp_path / "after.zip")
    assert tree_hash(tree) == before
    assert (tmp_path / "after.zip").read_bytes() == (tmp_path / "before.zip").read_bytes()


def test_a_name_counts(tree: Path) -> None:
    before = tree_hash(tree)
    (tree / "a.txt").rename(tree / "c.txt")
    assert tree_hash(tree) != before


def test_a_content_counts(tree: Path) -> None:
    before = tree_hash(tree)
    (tree / "a.txt").write_text("c")
    assert tree_hash(tree) != before


def test_an_archive_holds_the_files(tree: Path, tmp_path: Path) -> None:
    zip_tree(tree, tmp_path / "tree.zip")
    with zipfile.ZipFile(tmp_path / "tree.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {"a.txt": b"a", "folder/b.txt": b"b"}


def test_archived_files_are_readable_by_everyone(tree: Path, tmp_path: Path) -> None:
    zip_tree(tree, tmp_path / "tree.zip")
    with zipfile.ZipFile(tmp_path / "tree.zip") as archive:
        assert {entry.external_attr >> 16 for entry in archive.infolist()} == {0o100644}
