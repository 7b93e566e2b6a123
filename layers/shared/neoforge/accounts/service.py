"""Use cases that take a password: register, log in, change it."""

from neoforge import observability
from neoforge.accounts import passwords, repository, sessions
from neoforge.accounts.model import Account, Credentials, NewAccount, PasswordChange
from neoforge.accounts.repository import Credential
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.errors import InvalidField, NotFound, Unauthenticated
from neoforge.ratelimit.limiter import count
from neoforge.ratelimit.login_throttle import LoginThrottle
from neoforge.ratelimit.window import pseudonym


def register(work: UnitOfWork, draft: NewAccount) -> Account:
    """Make an account. Raises Invalid and QuotaExceeded; the commit raises EmailTaken."""
    count("auth", f"register {draft.email.lower()}")  # apart from its logins: anybody can name an address here
    password_hash = _hashed("password", draft.password.get_secret_value())
    account = Account.new(draft)
    repository.create(work, account, password_hash)
    return account


def authenticate(credentials: Credentials, source_ip: str) -> str:
    """Tell whose credentials these are.

    Raises Unauthenticated, in the same words and time for every reason, and QuotaExceeded for an account that too many
    tried or that this source failed with.
    """
    email, password = credentials.email, credentials.password.get_secret_value()
    guesses = LoginThrottle.of(email, source_ip)
    count("auth", f"login {email.lower()}")
    found = repository.credential(email)
    if not _matches(guesses, password, found[0] if found else None) or found is None:
        raise Unauthenticated(sessions.WRONG)
    return found[0].user_id


def change_password(work: UnitOfWork, user_id: str, session_id: str, source_ip: str, change: PasswordChange) -> None:
    """Change a password and end every session but this one. Raises Invalid and QuotaExceeded."""
    email = repository.get(user_id).email
    guesses = LoginThrottle.of(email, source_ip)
    count("auth", f"login {email.lower()}")
    found = repository.credential(email)
    if found is None:
        raise NotFound
    credential, version = found
    if not _matches(guesses, change.current_password.get_secret_value(), credential):
        raise InvalidField("current_password", "This is not the current password.")
    changed = Credential(user_id=user_id, password_hash=_hashed("new_password", change.new_password.get_secret_value()))
    repository.replace_credential(work, email, changed, version)
    sessions.end_others(work, user_id, session_id)
    work.after_commit(lambda: observability.security("PasswordChanged", account=pseudonym(user_id)))


def _hashed(member: str, password: str) -> str:
    if passwords.is_common(password):
        raise InvalidField(member, "This password is too common.")
    return passwords.hashed(password)


def _matches(guesses: LoginThrottle, password: str, credential: Credential | None) -> bool:
    """Check a password, in the same time whether there is a credential or not."""
    if passwords.matches(password, credential.password_hash if credential else None):
        guesses.succeeded()
        return True
    guesses.failed()
    observability.security("LoginFailed", account=guesses.account, source=guesses.source)
    return False
