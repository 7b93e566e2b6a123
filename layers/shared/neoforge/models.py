"""Base types of stored documents and request bodies. JSON Schema can express every rule, so clients can check them."""

from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple, Protocol, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from neoforge import clock
from neoforge.errors import PreconditionFailed

# A character that is drawn: a letter, number, sign or symbol, but none that is blank (Hangul fillers, Braille blank,
# Egyptian blanks, the musical null notehead). Beyond U+FFFF, where more is assigned each year, all but format
# characters and variation selectors. The document has it as every engine reads it (scripts/docs/patterns.py).
# https://www.unicode.org/reports/tr44/#Property_Values
DRAWN = (
    r"[\p{L}\p{N}\p{P}\p{S}\u{10000}-\u{10ffff}"
    r"--[\p{Cf}\u{e0100}-\u{e01ef}\u115f\u1160\u2800\u3164\uffa0\u{13441}\u{13442}\u{1d159}]]"
)
# No controls (C0, DEL, C1), no line or paragraph separators, no overrides, which show letters in another order.
_IN_LINE = r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\u202d\u202e]"
_IN_TEXT = r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"

# One line, in which something is drawn.
Line = Annotated[str, StringConstraints(min_length=1, pattern=f"^{_IN_LINE}*{DRAWN}{_IN_LINE}*$")]
# Any number of lines: no control characters but tabs and line breaks.
Text = Annotated[str, StringConstraints(pattern=f"^{_IN_TEXT}*$")]
# The same, in which something is drawn.
VisibleText = Annotated[str, StringConstraints(min_length=1, pattern=f"^{_IN_TEXT}*{DRAWN}{_IN_TEXT}*$")]
# RFC 3339 in UTC with milliseconds. A string, because it is stored, compared and sent as one.
Timestamp = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$"),
    Field(examples=["2026-11-22T09:30:00.000Z"], json_schema_extra={"format": "date-time"}),
]
# RFC 3339 as others may spell it (5.6): any offset, to the second or finer. No leap seconds: no clock here has them.
DateTime = Annotated[
    str,
    StringConstraints(
        max_length=64,
        pattern=(
            r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
            r"(\.[0-9]+)?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"
        ),
    ),
    Field(examples=["2026-11-22T09:30:00Z"], json_schema_extra={"format": "date-time"}),
]
Version = Annotated[int, Field(ge=1, examples=[1], description="Incremented by each change; the base of the ETag.")]


class Document(BaseModel):
    """A model that is stored as JSON. Errors in reading one are logged, so they must not quote its contents."""

    model_config = ConfigDict(hide_input_in_errors=True)


class Versioned(Protocol):
    """A resource with a version, which each change raises."""

    version: int
    updated_at: str

    def model_copy(self, *, update: dict[str, Any]) -> Self: ...


class Body(BaseModel):
    """The body of a request. Unknown members are rejected, and values of another JSON type: `"1"` is no integer.

    The validator is built only by the route that takes it.
    """

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)

    def changes(self) -> dict[str, Any]:
        """Return the members that were sent; a merge patch (RFC 7396) changes no others."""
        return self.model_dump(exclude_unset=True)


class Precondition(NamedTuple):
    """The versions of a resource that a change applies to; `ANY` if the caller named none."""

    versions: frozenset[int] | None  # None: all but the excluded
    excluded: frozenset[int] = frozenset()

    def check(self, resource: Versioned | None) -> None:
        """Raise PreconditionFailed if the change does not apply to the resource; None: to one without versions."""
        version = resource.version if resource else 0  # versions start at 1
        if version in self.excluded or (self.versions is not None and version not in self.versions):
            raise PreconditionFailed


ANY = Precondition(None)


def difference(resource: Versioned, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes without those that set a member to the value that it has."""
    return {name: value for name, value in changes.items() if getattr(resource, name) != value}


def apply_patch[R: Versioned](resource: R, changes: Mapping[str, Any]) -> R:
    """Return the next version of a resource, or the same object if the changes make no difference."""
    changes = difference(resource, changes)
    if not changes:
        return resource
    now = max(resource.updated_at, clock.timestamp(clock.now()))  # clocks differ between machines
    return resource.model_copy(update={**changes, "updated_at": now, "version": resource.version + 1})
