"""The review of the log: sees every line that any function logs in any test, and fails the run if one tells a secret.

What is looked for: access and refresh tokens, also their secret alone; e-mail addresses; the passwords that tests send;
and whatever a test marks with "-private". The functions log here, in processes that tests start (they append to the
same file), and in the emulated cloud, whose log groups are read before it ends.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

import pytest
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import AmazonCloudWatchEMFProvider
from botocore.exceptions import BotoCoreError, ClientError

from scripts.api import Api, Response
from scripts.local.aws import Clients
from scripts.local.emulator import Emulator

MARK = "-private"
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
TOKEN = re.compile(r"usr_[\w-]{36}\.ses_[\w-]{36}\.([\w-]{43})")
LONG = re.compile(r"[\w-]{43,}")
SECRET_LENGTH = 43
PASSWORDS = {"password", "current_password", "new_password"}

# Set by conftest.py and handed down to the processes that tests start: they append to the same two files, which hold
# what was logged, and what must not be.
_folder = os.environ.get("LOG_REVIEW")


def _file(name: str) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    return os.open(Path(_folder, name) if _folder else os.devnull, flags, 0o600)


_lines, _secrets = _file("lines"), _file("secrets")


def shown(line: str) -> None:
    """Note a line of the log, under the test that is running."""
    text = line.replace("\n", " ").encode(errors="replace")
    os.write(_lines, os.environ.get("PYTEST_CURRENT_TEST", "?").encode() + b"\t" + text + b"\n")


def handed_out(text: str) -> None:
    """Note the tokens of an answer."""
    for match in TOKEN.finditer(text) if "ses_" in text else ():
        os.write(_secrets, match[1].encode() + b"\n")


def sent(body: Any) -> None:
    """Note the passwords of a body."""
    for name in PASSWORDS & body.keys() if isinstance(body, dict) else ():
        if isinstance(body[name], str) and _telling(body[name]):
            os.write(_secrets, body[name].encode() + b"\n")


def _telling(password: str) -> bool:
    """Return whether a password cannot well be in a line by chance."""
    return len(password) >= 8 and password.isprintable() and not password.isalpha() and len({*password}) >= 6


def leaks(lines: Sequence[str], secrets: set[str]) -> Iterator[str]:
    """Find the lines that tell a secret, and say which kind of."""
    tokens = {secret for secret in secrets if LONG.fullmatch(secret)}
    whole = "\n".join(lines)
    passwords = [secret for secret in secrets - tokens if secret in whole]
    for line in lines:
        test, _, text = line.partition("\t")
        for kind, found in (
            ("marked content", MARK in text),
            ("an e-mail address", "@" in text and EMAIL.search(text)),
            ("a token", TOKEN.search(text)),
            ("a token's secret", any(part in tokens for run in LONG.findall(text) for part in _parts(run))),
            ("a password", any(password in text for password in passwords)),
        ):
            if found:
                yield f"{kind}: {test}: {text[:2000]}"


def _parts(run: str) -> Iterator[str]:
    return (run[start : start + SECRET_LENGTH] for start in range(len(run) - SECRET_LENGTH + 1))


def _read(folder: str, name: str) -> list[str]:
    return Path(folder, name).read_text(encoding="utf-8", errors="replace").split("\n")[:-1]


@pytest.fixture(scope="session", autouse=True)
def log_review() -> Iterator[None]:
    """Review the log of the whole session, when everything else has ended."""
    yield
    assert _folder
    found = list(leaks(_read(_folder, "lines"), {*_read(_folder, "secrets")}))
    shutil.rmtree(_folder)
    assert not found, f"{len(found)} lines of the log tell what they must not:\n" + "\n".join(found[:20])


def _noted(function: Callable[..., Any], text_of: Callable[[Any], str]) -> Callable[..., Any]:
    @wraps(function)
    def noting(*arguments: Any, **named: Any) -> Any:
        result = function(*arguments, **named)
        shown(text_of(result))
        return result

    return noting


def _of_http(request: Callable[..., Response]) -> Callable[..., Response]:
    @wraps(request)
    def noting(*arguments: Any, **named: Any) -> Response:
        sent(named.get("body"))
        answer = request(*arguments, **named)
        handed_out(answer.body.decode(errors="replace"))
        return answer

    return noting


def _of_the_cloud(end: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(end)
    def reading(emulator: Emulator, *arguments: Any) -> Any:
        try:
            logs = Clients(emulator.endpoint).logs
            for group in logs.describe_log_groups()["logGroups"]:
                for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"]):
                    for event in page["events"]:
                        shown(event["message"])
        except (BotoCoreError, ClientError):
            pass  # a test has ended it
        return end(emulator, *arguments)

    return reading


LambdaPowertoolsFormatter.format = _noted(LambdaPowertoolsFormatter.format, str)  # type: ignore[method-assign]
AmazonCloudWatchEMFProvider.serialize_metric_set = _noted(  # type: ignore[method-assign]
    AmazonCloudWatchEMFProvider.serialize_metric_set, str
)
Api.request = _of_http(Api.request)  # type: ignore[method-assign]
Emulator.__exit__ = _of_the_cloud(Emulator.__exit__)  # type: ignore[method-assign]
