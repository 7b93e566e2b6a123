"""Hashes and archives of a folder that depend on its files' names and contents only."""

import hashlib
import zipfile
from pathlib import Path

# The first moment a zip can hold. Times of day, permissions and listing order differ between machines: none goes in.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_READABLE_FILE = 0o100644


def tree_hash(root: Path) -> str:
    """SHA-256, in hex, over the files below a folder: their paths relative to it and their bytes."""
    digest = hashlib.sha256()
    for name, path in _files(root):
        content = path.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def zip_tree(root: Path, archive: Path, compression: int = zipfile.ZIP_DEFLATED) -> None:
    """Write the files below a folder to a zip archive, replacing it: equal trees give equal bytes."""
    with zipfile.ZipFile(archive, "w", compression, compresslevel=6) as target:
        for name, path in _files(root):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr = _READABLE_FILE << 16
            entry.compress_type = compression
            target.writestr(entry, path.read_bytes())


def _files(root: Path) -> list[tuple[str, Path]]:
    return sorted((path.relative_to(root).as_posix(), path) for path in root.rglob("*") if path.is_file())
