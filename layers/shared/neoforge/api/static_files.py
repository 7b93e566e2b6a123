"""Static files, which are in a layer of their own (scripts/build/layers.py)."""

import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple, Self

from neoforge.api.etag import tag_of_body
from neoforge.api.response import JSON, Response
from neoforge.errors import NotFound
from neoforge.settings import settings

FOLDER = "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": JSON,
}


class File(NamedTuple):
    """A file as a response."""

    content: str
    media_type: str
    tag: str

    @classmethod
    def of(cls, name: str, content: str) -> Self:
        """Create a file; its media type follows from the name."""
        return cls(content, TYPES[Path(name).suffix], tag_of_body(content))

    def response(self, *_: object) -> Response:
        return Response(200, {"Content-Type": self.media_type, "ETag": self.tag}, self.content)


def read(name: str) -> str:
    """Read a file of the layer, which is on sys.path like every layer. Raises NotFound."""
    found = next((path for path in (Path(one, FOLDER, name) for one in sys.path) if path.is_file()), None)
    if found is None:
        raise NotFound
    return found.read_text("utf-8")


@cache  # the tag is a hash of the whole content
def file(name: str) -> File:
    """Return a file of the layer."""
    return File.of(name, read(name))


def documentation(name: str) -> File:
    """Return a file of the page to try the API. Raises NotFound, also if the page is switched off."""
    if not settings.interactive_docs:
        raise NotFound
    return file(name)
