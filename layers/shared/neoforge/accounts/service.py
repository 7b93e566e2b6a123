"""Use cases that take a password: register, log in, change the password."""

from neoforge import observability
from neoforge.accounts import passwords, repository, sessions
from neoforge.accounts.access_item import Caller
from neoforge.accounts.model import Account, Credentials, NewAccount, PasswordChange, Tokens, fold_case
from neoforge.accounts.repository import Credential
from neoforge.dynamodb.transaction import UnitOfWork
from neoforge.errors import InvalidField, NotFound, Unauthenticated
from neoforge.ratelimit import login_throttle
from neoforge.ratelimit.limiter import Limiter
from neoforge.signing import pseudonym


def register(work: UnitOfWork, draft: NewAccount, source_ip: str) -> Account:
    """Create an account; its address is known from then on. Raises InvalidField; the commit raises EmailTaken.

    Nothing is counted by the address that is named: it may be a stranger who names it.
    """
    password_hash = _hash("password", draft.password.get_secret_value(), draft.email)
    account = Account.new(draft)
    repository.create(work, account, password_hash)
    work.after_commit(lambda: observability.identify(account=pseudonym(account.id)))
    work.update(login_throttle.known_address(*login_throttle.key(fold_case(account.email), source_ip)))
    return account


def log_in(credentials: Credentials, user_agent: str, source_ip: str, limiter: Limiter) -> Tokens:
    """Begin a session of the account with these credentials.

    Raises Unauthenticated, with the same message and timing for every reason, and QuotaExceeded after too many failed
    logins from this source or, if the account was not used from it before, from all of them.
    """
    login = fold_case(credentials.email)
    observability.identify(login=pseudonym(f"login {login}"))
    guess = login_throttle.reserve(*login_throttle.key(login, source_ip))
    if not guess.known:
        limiter.enforce()
    not_failed = limiter.reserve("auth", f"login {login}", enforced=not guess.known)
    found = repository.credential(login)
    credential = found[0] if found else None
    if credential:
        observability.identify(account=pseudonym(credential.user_id))
    if not _matches(credentials.password.get_secret_value(), credential) or credential is None:
        raise Unauthenticated(sessions.WRONG)
    return sessions.begin(credential.user_id, user_agent, source_ip, [guess.accept(), not_failed])


def change_password(work: UnitOfWork, caller: Caller, change: PasswordChange) -> None:
    """Change the caller's password and end all other sessions. Raises InvalidField and QuotaExceeded.

    Guesses are those of the session: strangers who fail to log in use up nothing of them.
    """
    login = fold_case(repository.get(caller.user_id).email)
    guess = login_throttle.reserve(*login_throttle.key(login, caller.session_id))
    found = repository.credential(login)
    if found is None:
        raise NotFound
    credential, version = found
    if not _matches(change.current_password.get_secret_value(), credential):
        raise InvalidField("current_password", "This is not the current password.")
    guess.forget()  # not with the change, which may be built again
    password_hash = _hash("new_password", change.new_password.get_secret_value(), login)
    changed = Credential(user_id=caller.user_id, password_hash=password_hash)
    repository.replace_credential(work, login, changed, version)
    sessions.end_others(work, caller.user_id, caller.session_id)
    work.after_commit(lambda: observability.security_event("PasswordChanged", account=pseudonym(caller.user_id)))


def _hash(member: str, password: str, email: str) -> str:
    if passwords.is_address(password, email):
        raise InvalidField(member, "The password must be neither the e-mail address nor the part before its @.")
    if passwords.is_common(password):
        raise InvalidField(member, "This password is too common.")
    return passwords.hashed(password)


def _matches(password: str, credential: Credential | None) -> bool:
    """Verify a password, in the same time whether there is a credential or not."""
    if passwords.matches(password, credential.password_hash if credential else None):
        return True
    observability.security_event("LoginFailed")
    return False
