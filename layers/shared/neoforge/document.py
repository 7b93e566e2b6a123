"""What stored and sent documents are made of. JSON Schema shows each rule, so a client can check it first."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

# One line: something visible, no control characters (C0, DEL, C1) and no line or paragraph separators.
Line = Annotated[
    str,
    StringConstraints(
        min_length=1,
        pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*[^\s\x00-\x1f\x7f-\x9f\u2028\u2029][^\x00-\x1f\x7f-\x9f\u2028\u2029]*$",
    ),
]
# Any number of lines: tab and line breaks are the only control characters.
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$")]
# RFC 3339 in UTC with milliseconds. Text, because it is stored, compared and sent as such.
Timestamp = Annotated[
    str,
    StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$"),
    Field(examples=["2026-11-22T09:30:00.000Z"], json_schema_extra={"format": "date-time"}),
]


class Document(BaseModel):
    """A model that is stored as JSON. An error in reading one is logged, so it must not quote what is stored."""

    model_config = ConfigDict(hide_input_in_errors=True)


class Body(BaseModel):
    """The body of a request. Unknown members are refused; only the route that takes it pays for its validator."""

    model_config = ConfigDict(extra="forbid", defer_build=True)
