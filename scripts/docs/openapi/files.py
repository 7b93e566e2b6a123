"""Answers that are files, which no model describes."""

from scripts.build.layers import PAGE, hashed_name
from scripts.build.template import Json

_TEXT: Json = {"schema": {"type": "string"}}

# Of path parameters whose type has none: a file that exists.
EXAMPLES: Json = {"asset": {"examples": [hashed_name(PAGE / "docs.js")]}}
# Media types of the answers by path.
FILES: Json = {
    "/v1/openapi.json": {
        "application/json": {
            "schema": {"type": "object", "description": "This document (https://spec.openapis.org/oas/v3.1.0)"}
        }
    },
    "/v1/docs": {"text/html": _TEXT},
    "/v1/docs/{asset}": {"text/css": _TEXT, "text/javascript": _TEXT},
}
