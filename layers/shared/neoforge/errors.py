"""Errors of the domain and the database, none of which knows of HTTP.

NeoForgeError
├── Unauthenticated      the caller is not known
│   └── InvalidToken     the access token that was sent is unknown or has expired
├── Forbidden            the caller is not allowed to do this
├── NotFound             the resource does not exist, or is not visible to the caller
├── EmailTaken           an account with this e-mail exists
├── InvalidField         a field violates a rule that its type does not express
├── QuotaExceeded        too many requests, or failed logins
├── LimitReached         an account has as many resources of a kind as it may have
├── TooLarge             what would be stored is larger than an item may be
├── PreconditionFailed   the resource is not in the state that the caller named
├── WriteConflict        what was read has changed before the write; the whole operation can be retried
└── Unavailable          the database does not answer; the request can be retried later
"""


class NeoForgeError(Exception):
    """Base class. The message is shown to the caller and must not reveal anything internal."""

    message = "Something went wrong."

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.message)


class Unauthenticated(NeoForgeError):
    message = "A valid access token is required."


class InvalidToken(Unauthenticated):
    """An access token was sent."""


class Forbidden(NeoForgeError):
    message = "This request is not allowed."


class NotFound(NeoForgeError):
    message = "There is no such resource."


class EmailTaken(NeoForgeError):
    message = "An account with this e-mail exists."


class InvalidField(NeoForgeError):
    def __init__(self, member: str, message: str) -> None:
        super().__init__(message)
        self.member = member


class QuotaExceeded(NeoForgeError):
    """Too many requests; `seconds` until the next one may succeed."""

    message = "Too many requests. Try again after the time in Retry-After."

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds


class LimitReached(NeoForgeError):
    """There are `maximum` resources of the kind already."""

    def __init__(self, maximum: int) -> None:
        super().__init__(f"The account has as many of these as it may have: {maximum:,}. Delete or close some first.")


class TooLarge(NeoForgeError):
    message = "The resource would be larger than can be stored."


class PreconditionFailed(NeoForgeError):
    message = "The resource is not in the state that If-Match or If-None-Match asks for."


class WriteConflict(NeoForgeError):
    pass


class Unavailable(NeoForgeError):
    message = "The service cannot answer at the moment. Try again later."
