"""What can go wrong below HTTP.

NeoForgeError
├── Unauthenticated      nobody we know is calling
├── Forbidden            the caller may not do this
├── NotFound             there is no such thing, or not for this caller
├── EmailTaken           an account has this e-mail already
├── InvalidField         a member of what was sent breaks a rule that its type does not tell
├── QuotaExceeded        too many requests; try again when there is quota
├── PreconditionFailed   the version that the caller named is no longer the current one
├── WriteConflict        what was read changed before the write; try the whole again
└── Unavailable          the database does not answer; try later
"""


class NeoForgeError(Exception):
    """Base of all; its text is for the caller and must tell nothing internal."""

    message = "Something went wrong."

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.message)


class Unauthenticated(NeoForgeError):
    """Nobody we know is calling."""

    message = "A valid access token is required."


class Forbidden(NeoForgeError):
    """The caller may not do this."""

    message = "This request is not allowed."


class NotFound(NeoForgeError):
    """There is no such thing, or not for this caller."""

    message = "There is no such resource."


class EmailTaken(NeoForgeError):
    """An account has this e-mail already."""

    message = "An account with this e-mail exists."


class InvalidField(NeoForgeError):
    """A member of what was sent breaks a rule that its type does not tell."""

    def __init__(self, member: str, message: str) -> None:
        super().__init__(message)
        self.member = member


class QuotaExceeded(NeoForgeError):
    """Too many requests, or failed logins; `seconds` until the next one may succeed."""

    message = "Too many requests. Try again after the time in Retry-After."

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds


class PreconditionFailed(NeoForgeError):
    """The version that the caller named is no longer the current one."""

    message = "The resource has changed since the version named by If-Match."


class WriteConflict(NeoForgeError):
    """What was read changed before the write; try the whole again."""


class Unavailable(NeoForgeError):
    """The database does not answer; try later."""

    message = "The service cannot answer at the moment. Try again later."
