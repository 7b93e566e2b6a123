"""Reproducible hashes and archives of a folder: only the names and contents of its files count."""

import hashlib
import zipfile
from pathlib import Path

# The earliest time in a zip. Times, permissions and the order of files differ between machines, so none is kept.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_READABLE_FILE = 0o100644


def tree_hash(root: Path) -> str:
    """Return the SHA-256, in hex, of the relative paths and the contents of the files below a folder."""
    digest = hashlib.sha256()
    for name, path in _files(root):
        content = path.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def zip_tree(root: Path, archive: Path, compression: int = zipfile.ZIP_DEFLATED) -> None:
    """Write the files below a folder to a zip archive. Equal trees have equal archives."""
    with zipfile.ZipFile(archive, "w", compression, compresslevel=6) as target:
        for name, path in _files(root):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr = _READABLE_FILE << 16
            entry.compress_type = compression
            target.writestr(entry, path.read_bytes())


def _files(root: Path) -> list[tuple[str, Path]]:
    return sorted((path.relative_to(root).as_posix(), path) for path in root.rglob("*") if path.is_file())
