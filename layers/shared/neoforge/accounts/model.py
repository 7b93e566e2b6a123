"""Accounts, sessions and tokens."""

import unicodedata
from functools import partial
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, Field, Secret, StringConstraints
from pydantic_core import PydanticCustomError, PydanticKnownError

from neoforge import clock
from neoforge.models import Body, Document, Line, Timestamp, Version

ACCESS_TOKEN_SECONDS = 15 * 60
SESSION_SECONDS = 30 * 24 * 3600
SESSION_IDLE_SECONDS = 7 * 24 * 3600
LIVE_SESSIONS = 20  # per account; the least recently used one ends when one more begins

UserId = Annotated[
    str, StringConstraints(pattern=r"^usr_[0-9a-f-]{36}$"), Field(examples=["usr_01a20538-11bf-7304-bb36-19bcf1775ed8"])
]
SessionId = Annotated[
    str, StringConstraints(pattern=r"^ses_[0-9a-f-]{36}$"), Field(examples=["ses_01a20538-11bf-7304-bb36-19bcf1775ed8"])
]
MAX_LOCAL_PART = 64  # octets (RFC 5321, 4.5.3.1.1)
_ATOM, _LABEL = "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+", "[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_EMAIL = rf"{_ATOM}(\.{_ATOM})*@{_LABEL}(\.{_LABEL})+$"


def _check_local_part(email: str) -> str:
    if email.index("@") > MAX_LOCAL_PART:
        raise PydanticCustomError(
            "local_part", f"The part before the @ should have at most {MAX_LOCAL_PART} characters"
        )
    return email


# Mailbox of RFC 5321, 4.1.2 without quoted strings and address literals, with a dot in the domain; 254 is the limit of
# a path (4.5.3.1.3). The document's pattern looks ahead, which Rust cannot.
Email = Annotated[
    str,
    StringConstraints(max_length=254, pattern=f"^{_EMAIL}"),
    AfterValidator(_check_local_part),
    Field(examples=["ada@example.com"], json_schema_extra={"pattern": f"^(?=[^@]{{1,{MAX_LOCAL_PART}}}@){_EMAIL}"}),
]
MAX_PASSWORD = 128  # characters, composed; each has at most 4 when it is taken apart (U+1F82)
_SPACES = dict.fromkeys(map(ord, "\xa0\u1680\u202f\u205f\u3000"), " ") | dict.fromkeys(range(0x2000, 0x200B), " ")


def opaque_string(text: str, minimum: int = 0) -> str:
    """Return a password with plain spaces and composed (NFC), as its length counts (RFC 8265, 4.2: OpaqueString).

    What is too long in any spelling is not composed: that takes the square of the marks' number, 1 s for 40,000.
    """
    if len(text) <= 4 * MAX_PASSWORD:
        text = unicodedata.normalize("NFC", text.translate(_SPACES))
    if len(text) > MAX_PASSWORD:
        raise PydanticKnownError("string_too_long", {"max_length": MAX_PASSWORD})
    if len(text) < minimum:
        raise PydanticKnownError("string_too_short", {"min_length": minimum})
    return text


DisplayName = Annotated[Line, StringConstraints(max_length=80), Field(examples=["Ada Lovelace"])]
NewPassword = Annotated[
    Secret[
        Annotated[
            str,
            AfterValidator(partial(opaque_string, minimum=8)),
            Field(json_schema_extra={"minLength": 8, "maxLength": MAX_PASSWORD}),
        ]
    ],
    Field(
        examples=["correct horse battery staple"],
        description=(
            f"8 to {MAX_PASSWORD} characters, counted as Unicode composes them (NFC). Neither a common password nor the"
            " e-mail address or the part before its @."
        ),
        json_schema_extra={"format": "password"},
    ),
]
Password = Annotated[
    Secret[Annotated[str, AfterValidator(opaque_string), Field(json_schema_extra={"maxLength": MAX_PASSWORD})]],
    Field(
        examples=["correct horse battery staple"],
        description=f"At most {MAX_PASSWORD} characters, counted as Unicode composes them (NFC). In any spelling.",
    ),
]
Role = Literal["user", "support", "operator", "admin"]
State = Literal["active", "suspended"]


def fold_case(email: str) -> str:
    """Return the address that is the same in any case. Only in ASCII: the Kelvin sign is no k.

    RFC 5321, 2.4 leaves the case of a local part to its host; hardly any host tells it apart.
    """
    return email.encode().lower().decode()


class NewAccount(Body):
    """Fields of a new account. Passwords need no particular characters, but common ones are rejected."""

    email: Email
    password: NewPassword
    display_name: DisplayName


class Credentials(Body):
    """Credentials of a login. Any strings are accepted: malformed and wrong ones get the same response."""

    email: Annotated[str, Field(max_length=254, examples=["ada@example.com"])]
    password: Password


class RefreshRequest(Body):
    """A refresh token. Any string is accepted: malformed and invalid ones get the same response."""

    refresh_token: Annotated[
        Secret[Annotated[str, StringConstraints(max_length=256)]], Field(examples=["usr_….ses_….secret"])
    ]


class AccountChange(Body):
    """A merge patch of an account (RFC 7396): absent members are left unchanged."""

    display_name: DisplayName = ""  # never applied: only members that were sent are


class PasswordChange(Body):
    """The current and the new password."""

    current_password: Password
    new_password: Annotated[NewPassword, Field(examples=["rainbow umbrella on the moon"])]


class Account(Document):
    """An account, as its owner sees it."""

    id: UserId
    email: Email
    display_name: DisplayName
    roles: list[Role]
    created_at: Timestamp
    updated_at: Timestamp
    version: Version

    @classmethod
    def new(cls, draft: NewAccount) -> Self:
        """Create version 1 of an account, with the role user."""
        user_id = clock.new_id("usr")
        created_at = clock.time_of_id(user_id)
        return cls(
            id=user_id,
            email=draft.email,
            display_name=draft.display_name,
            roles=["user"],
            created_at=created_at,
            updated_at=created_at,
            version=1,
        )


class Session(BaseModel):
    """A session."""

    id: SessionId
    created_at: Timestamp
    expires_at: Timestamp = Field(
        description="When the session ends at the latest. It ends earlier if it is not refreshed for 7 days.",
        examples=["2026-12-22T09:30:00.000Z"],
    )


class ListedSession(Session):
    """A session in the list of an account's sessions."""

    last_seen_at: Timestamp = Field(description="When the session was created or last refreshed.")
    user_agent: str = Field(description="User-Agent header of the login.", examples=["Mozilla/5.0 (X11; Linux x86_64)"])
    ip_address: str = Field(description="Source IP address of the login.", examples=["192.0.2.1"])
    current: bool = Field(description="Whether this is the session of the request.", examples=[True])


class Revoked(BaseModel):
    """The number of sessions that were ended."""

    revoked: int = Field(examples=[2])


class Tokens(BaseModel):
    """Tokens of a session (RFC 6749, 5.1). They are returned once; only hashes are stored."""

    access_token: str = Field(examples=["usr_….ses_….secret"])
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - a type, not a token
    expires_in: int = Field(description="Lifetime of the access token in seconds.", examples=[900])
    refresh_token: str = Field(examples=["usr_….ses_….secret"])
    session: Session
