"""Base types of stored documents and request bodies. JSON Schema can express every rule, so clients can check them."""

from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple, Protocol, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from neoforge import clock
from neoforge.errors import PreconditionFailed

# One line: at least one visible character, no control characters (C0, DEL, C1), no line or paragraph separators.
Line = Annotated[
    str,
    StringConstraints(
        min_length=1,
        pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*[^\s\x00-\x1f\x7f-\x9f\u2028\u2029][^\x00-\x1f\x7f-\x9f\u2028\u2029]*$",
    ),
]
# Any number of lines: no control characters but tabs and line breaks.
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$")]
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
        pattern=(
            r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
            r"(\.[0-9]+)?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"
        )
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

    versions: frozenset[int] | None

    def check(self, resource: Versioned) -> None:
        """Raise PreconditionFailed if the resource has another version."""
        if self.versions is not None and resource.version not in self.versions:
            raise PreconditionFailed


ANY = Precondition(None)


def apply_patch[R: Versioned](resource: R, changes: Mapping[str, Any]) -> R:
    """Return the next version of a resource, or the same object if the changes make no difference."""
    if all(getattr(resource, name) == value for name, value in changes.items()):
        return resource
    now = max(resource.updated_at, clock.timestamp(clock.now()))  # clocks differ between machines
    return resource.model_copy(update={**changes, "updated_at": now, "version": resource.version + 1})
