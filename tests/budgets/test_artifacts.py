"""The archives that are deployed: bytecode that Python takes unchecked, and their sizes."""

import struct
from pathlib import Path
from zipfile import ZipFile

import pytest

from scripts.build.zip import zip_tree
from tests.budgets.figures import LAYERS

PARTS = ["dependencies", "shared", "docs", "functions"]


@pytest.fixture(scope="module")
def archives(built: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("archives")
    for part in PARTS:
        zip_tree(built / part, folder / f"{part}.zip")
    return {part: folder / f"{part}.zip" for part in PARTS}


@pytest.mark.parametrize("part", PARTS)
def test_an_archive_is_small(archives: dict[str, Path], part: str) -> None:
    assert archives[part].stat().st_size <= LAYERS[part]["zipped"]
    with ZipFile(archives[part]) as archive:
        assert sum(entry.file_size for entry in archive.infolist()) <= LAYERS[part]["unzipped"]


@pytest.mark.parametrize("part", ["dependencies", "shared"])
def test_its_bytecode_is_never_checked(archives: dict[str, Path], part: str) -> None:
    with ZipFile(archives[part]) as archive:
        names = set(archive.namelist())
        sources = [name for name in names if name.endswith(".py")]
        assert sources
        for source in sources:
            folder, _, module = source.removesuffix(".py").rpartition("/")
            bytecode = f"{folder}/__pycache__/{module}.cpython-313.pyc"
            assert bytecode in names, source
            assert struct.unpack_from("<I", archive.read(bytecode), 4) == (LAYERS["bytecode_flags"],), source
