"""Use cases that take a password: register, log in, change the password."""

from neoforge import observability
from neoforge.accounts import passwords, repository, sessions
from neoforge.accounts.access_item import Caller
from neoforge.accounts.model import Account, Credentials, NewAccount, PasswordChange
from neoforge.accounts.repository import Credential
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.errors import InvalidField, NotFound, Unauthenticated
from neoforge.ratelimit.limiter import Limiter
from neoforge.ratelimit.login_throttle import LoginThrottle
from neoforge.signing import pseudonym


def register(work: UnitOfWork, draft: NewAccount, limiter: Limiter) -> Account:
    """Create an account. Raises InvalidField and QuotaExceeded; the commit raises EmailTaken."""
    # Counted apart from logins, because a registration can name any address.
    limiter.hit("auth", f"register {draft.email.lower()}")
    password_hash = _hash("password", draft.password.get_secret_value())
    account = Account.new(draft)
    repository.create(work, account, password_hash)
    return account


def authenticate(credentials: Credentials, source_ip: str, limiter: Limiter) -> str:
    """Return the id of the account with these credentials.

    Raises Unauthenticated, with the same message and timing for every reason, and QuotaExceeded after too many logins
    of the account, or too many failed ones from this source.
    """
    email, password = credentials.email, credentials.password.get_secret_value()
    throttle = LoginThrottle.read(email, source_ip)
    limiter.hit("auth", f"login {email.lower()}")
    found = repository.credential(email)
    if not _matches(throttle, password, found[0] if found else None) or found is None:
        raise Unauthenticated(sessions.WRONG)
    return found[0].user_id


def change_password(work: UnitOfWork, caller: Caller, change: PasswordChange, source_ip: str, limiter: Limiter) -> None:
    """Change the caller's password and end all other sessions. Raises InvalidField and QuotaExceeded."""
    email = repository.get(caller.user_id).email
    throttle = LoginThrottle.read(email, source_ip)
    limiter.hit("auth", f"login {email.lower()}")
    found = repository.credential(email)
    if found is None:
        raise NotFound
    credential, version = found
    if not _matches(throttle, change.current_password.get_secret_value(), credential):
        raise InvalidField("current_password", "This is not the current password.")
    password_hash = _hash("new_password", change.new_password.get_secret_value())
    changed = Credential(user_id=caller.user_id, password_hash=password_hash)
    repository.replace_credential(work, email, changed, version)
    sessions.end_others(work, caller.user_id, caller.session_id)
    work.after_commit(lambda: observability.security_event("PasswordChanged", account=pseudonym(caller.user_id)))


def _hash(member: str, password: str) -> str:
    if passwords.is_common(password):
        raise InvalidField(member, "This password is too common.")
    return passwords.hashed(password)


def _matches(throttle: LoginThrottle, password: str, credential: Credential | None) -> bool:
    """Verify a password, in the same time whether there is a credential or not."""
    if passwords.matches(password, credential.password_hash if credential else None):
        throttle.succeeded()
        return True
    throttle.failed()
    observability.security_event("LoginFailed", account=throttle.account, source=throttle.source)
    return False
