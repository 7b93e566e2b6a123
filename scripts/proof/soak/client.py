"""Sends as clients do: again after an error, twice by mistake, or hanging up before the answer."""

import json
import random
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http import HTTPStatus
from typing import Any

import h11
import httpx

from scripts.api import Api, Response
from scripts.proof.smoke import SurpriseError
from scripts.proof.soak.meter import Meter

RETRY_SECONDS = 60.0
PAUSE_SECONDS = 0.1
DUPLICATES = 3
PATIENCE_SECONDS = 0.03  # of a client that hangs up
# How a write with a key is sent, by weight.
MANNERS = ("once",) * 5 + ("twice", "together") + ("hang up",) * 3

type Send = Callable[[], Response | None]


class Client:
    """Sends the requests of one account."""

    def __init__(self, url: str, dice: random.Random, meter: Meter) -> None:
        self.token: str | None = None
        self._api = Api(url)
        self._dice = dice
        self._meter = meter

    def ask(self, expected: int, method: str, path: str, body: Any = None, **headers: str) -> Response:
        """Send until there is an answer. headers: If_Match for If-Match. Raises SurpriseError for another status."""
        answer = self._answered(self._sender(method, path, body, _header_names(headers)))
        require(answer.status == expected, f"{expected} was expected of {method} {path}, not {written(answer)}")
        return answer

    def once(self, method: str, path: str, body: Any) -> Response | None:
        """Send once; None if the outcome is unknown."""
        answer = self._sender(method, path, body, {})()
        return answer if answer and answer.status < HTTPStatus.INTERNAL_SERVER_ERROR else None

    def write(self, expected: int, method: str, path: str, body: Any = None, **headers: str) -> Response:
        """Send with a key, in one of MANNERS. Raises SurpriseError unless all answers are the same."""
        sent = _header_names(headers) | {"Idempotency-Key": secrets.token_hex(16)}
        send, manner = self._sender(method, path, body, sent), self._dice.choice(MANNERS)
        answers: list[Response] = []
        if manner == "hang up":
            self._hang_up(method, path, body, sent)
        elif manner == "twice":
            answers = [self._answered(send)]
        elif manner == "together":
            with ThreadPoolExecutor(DUPLICATES) as threads:
                answers = list(threads.map(lambda _: self._answered(send), range(DUPLICATES)))
        answers.append(self._answered(send))
        for answer in answers:
            require(answer.status == expected, f"{expected} was expected of {method} {path}, not {written(answer)}")
        if expected < HTTPStatus.BAD_REQUEST:
            same = {(answer.body, answer.headers.get("ETag")) for answer in answers}
            require(len(same) == 1, f"{method} {path} with one key has different answers: {same}")
            ran = sum("Idempotent-Replayed" not in answer.headers for answer in answers)
            require(ran <= 1, f"{method} {path} with one key ran {ran} times")
        return answers[0]

    def _sender(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Send:
        def send() -> Response | None:
            started = time.monotonic()
            try:
                answer = self._api.request(method, path, token=self.token, body=body, headers=headers)
            except httpx.HTTPError:
                answer = None
            self._meter.add(method, path, time.monotonic() - started, answer.status if answer else 0)
            return answer

        return send

    def _answered(self, send: Send) -> Response:
        """Repeat until the answer is neither a 5xx nor a 409 of a request in progress."""
        deadline = time.monotonic() + RETRY_SECONDS
        while (answer := send()) is None or _retryable(answer):
            if time.monotonic() > deadline:
                raise SurpriseError(f"after {RETRY_SECONDS:.0f} s still {written(answer)}")
            time.sleep(PAUSE_SECONDS)
        return answer

    def _hang_up(self, method: str, path: str, body: Any, headers: dict[str, str]) -> None:
        """Send a request, or half of it, and close the connection soon after."""
        self._meter.abandoned += 1
        content = b"" if body is None else json.dumps(body).encode()
        sent = self._dice.choice([content, content[: len(content) // 2]])
        promised = headers | {"Content-Length": str(len(content))}
        patience = self._dice.uniform(0.001, PATIENCE_SECONDS)
        with suppress(httpx.HTTPError, h11.LocalProtocolError):  # the latter once half a body is sent
            self._api.request(method, path, token=self.token, body=sent, headers=promised, seconds=patience)


def require(holds: bool, what: str) -> None:  # noqa: FBT001 - reads as an assertion
    """Raise SurpriseError unless `holds`."""
    if not holds:
        raise SurpriseError(what)


def written(answer: Response | None) -> str:
    """Return status and body of an answer, for a message."""
    return f"{answer.status} {answer.body.decode(errors='replace')}" if answer else "no answer"


def _retryable(answer: Response) -> bool:
    in_progress = answer.status == HTTPStatus.CONFLICT and answer.json()["type"].endswith("/request-in-progress")
    return in_progress or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR


def _header_names(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
