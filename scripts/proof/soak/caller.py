"""One caller: an account that does everything which accounts may, in any order, and writes down what it is told."""

import random
import secrets
import time
from collections.abc import Callable, Iterator
from functools import partial
from http import HTTPStatus
from typing import Any

from scripts.proof.smoke import SurpriseError
from scripts.proof.soak.client import Client, require, told
from scripts.proof.soak.ledger import TEXTS, Json, Ledger
from scripts.proof.soak.meter import Meter

PROJECTS, TICKETS, POSTS, EVENTS = "/v1/projects", "/v1/support/tickets", "/v1/community/posts", "/v1/status/events"
PATHS = {"prj": PROJECTS, "tkt": TICKETS, "pst": POSTS}
STATUSES = ("operational", "degraded_performance", "partial_outage", "major_outage", "under_maintenance")
SERVICES = ("api", "website", "checkout")
SIGHTS = ("/v1/status", EVENTS, POSTS, "/v1/account", "/v1/auth/sessions")
CREATED, OK, NO_CONTENT = 201, 200, 204
PAGE = 20
PAGES = 3  # of a walk


class Caller:
    """An account and what it does. Made by `begin`."""

    def __init__(self, client: Client, dice: random.Random, ledger: Ledger, credentials: Json) -> None:
        self.ledger = ledger
        self._client = client
        self._dice = dice
        self._credentials = credentials
        self._tokens: Json = {}
        # What it does, and how often.
        self._actions: dict[Callable[[], None], int] = {
            **{partial(self._create, prefix): 10 for prefix in PATHS},
            self._change: 25,
            self._read: 25,
            self._list: 15,
            self._delete: 10,
            self._record: 6,
            self._status: 4,
            self._refresh: 2,
            self._begin_and_end_a_session: 1,
        }

    @classmethod
    def begin(cls, url: str, seed: int, meter: Meter) -> "Caller":
        """Register and log in. Raises SurpriseError."""
        dice = random.Random(seed)  # noqa: S311 - nothing secret
        client = Client(url, dice, meter)
        credentials = {"email": f"soak-{secrets.token_hex(8)}@example.com", "password": secrets.token_urlsafe(24)}
        account = client.write(CREATED, "POST", "/v1/auth/register", credentials | {"display_name": "Soak"}).json()
        caller = cls(client, dice, Ledger(account), credentials)
        caller._tokens = caller._log_in()
        client.token = caller._tokens["access_token"]
        return caller

    @property
    def email(self) -> str:
        return str(self._credentials["email"])

    def promoted(self) -> None:
        """Learn what the account looks like now that it has a role more."""
        self.ledger.account = self._client.ask(OK, "GET", "/v1/account").json()

    def run(self, until: float) -> None:
        """Do one thing after the other until a moment. A surprise is written down, and what it was about left alone."""
        for action in self._chosen(until):
            try:
                action()
            except SurpriseError as error:
                self.ledger.surprises.append(str(error))

    def _chosen(self, until: float) -> Iterator[Callable[[], None]]:
        """Choose what to do next: everything once, so that a short run does it all, then by weight."""
        yield from self._actions
        while time.monotonic() < until:
            yield from self._dice.choices(list(self._actions), list(self._actions.values()))

    def _create(self, prefix: str) -> None:
        text = secrets.token_hex(8)
        more = {"prj": {}, "tkt": {"message": "Soak"}, "pst": {"content": "Soak"}}[prefix]
        body = {TEXTS[prefix]: text, **more}
        if self._dice.random() < 0.8:  # noqa: PLR2004 - a fifth has no key
            answer = self._client.write(CREATED, "POST", PATHS[prefix], body)
        elif (found := self._client.once("POST", PATHS[prefix], body)) is None:
            self.ledger.doubtful.add(text)
            return
        else:
            require(found.status == CREATED, f"a resource is not made: {told(found)}")
            answer = found
        made = answer.json()
        require(body.items() <= made.items() and made["version"] == 1, f"{made} was made of {body}")
        self.ledger.resources[made["id"]] = made

    def _change(self) -> None:
        if (before := self._any()) is None:
            return
        prefix, path = before["id"][:3], _path(before)
        change = self._dice.choice([{TEXTS[prefix]: secrets.token_hex(8)}, {TEXTS[prefix]: secrets.token_hex(8)}, {}])
        if prefix == "tkt" and self._dice.random() < 0.5:  # noqa: PLR2004 - half of them
            change = {"status": self._dice.choice(["open", "closed"])}
        condition = self._dice.choice([{}, {"If_Match": f'"v{before["version"]}"'}, {"If_Match": '"v999"'}])
        if condition == {"If_Match": '"v999"'}:
            self._client.write(HTTPStatus.PRECONDITION_FAILED, "PATCH", path, change, **condition)
            return
        after = self._client.write(OK, "PATCH", path, change, **condition).json()
        expected = before
        if not change.items() <= before.items():
            expected = before | change | {"version": before["version"] + 1, "updated_at": after["updated_at"]}
        require(after == expected, f"{change} made {after} of {before}")
        self.ledger.resources[before["id"]] = after

    def _delete(self) -> None:
        if (before := self._any("prj", "pst")) is None:
            return
        self._client.write(NO_CONTENT, "DELETE", _path(before))
        del self.ledger.resources[before["id"]]
        self._client.ask(HTTPStatus.NOT_FOUND, "GET", _path(before))

    def _read(self) -> None:
        if (known := self._any()) is None:
            return
        answer = self._client.ask(OK, "GET", _path(known))
        require(answer.json() == known, f"{answer.json()} is read, {known} was told")
        self._client.ask(HTTPStatus.NOT_MODIFIED, "GET", _path(known), If_None_Match=answer.headers["ETag"])

    def _list(self) -> None:
        """Walk through what is one's own."""
        path, known = self._dice.choice(
            [
                (PROJECTS, self.ledger.of_kind("prj")),
                (TICKETS, self.ledger.of_kind("tkt")),
                (f"{TICKETS}?status=open", [one for one in self.ledger.of_kind("tkt") if one["status"] == "open"]),
                (f"{POSTS}?author_id={self.ledger.account['id']}", self.ledger.of_kind("pst")),
            ]
        )
        cursor = ""
        for number in range(PAGES):
            page = self._client.ask(OK, "GET", f"{path}{'&' if '?' in path else '?'}page_size={PAGE}{cursor}").json()
            if not self.ledger.doubtful:
                seen = known[number * PAGE : (number + 1) * PAGE]
                require((page["items"], page["total"]) == (seen, len(known)), f"{path} gave {page}, {known} was told")
            if page["next_cursor"] is None:
                return
            cursor = f"&cursor={page['next_cursor']}"

    def _record(self) -> None:
        event = {"service_id": self._dice.choice(SERVICES), "status": self._dice.choice(STATUSES)}
        made = self._client.write(CREATED, "POST", EVENTS, event | {"description": secrets.token_hex(8)}).json()
        self.ledger.resources[made["id"]] = made

    def _status(self) -> None:
        """Look at what has no order of its own."""
        self._client.ask(OK, "GET", self._dice.choice(SIGHTS))

    def _refresh(self) -> None:
        self._tokens = self._client.ask(
            OK, "POST", "/v1/auth/refresh", {"refresh_token": self._tokens["refresh_token"]}
        ).json()
        self._client.token = self._tokens["access_token"]

    def _begin_and_end_a_session(self) -> None:
        other = self._log_in()
        self._client.write(NO_CONTENT, "DELETE", f"/v1/auth/sessions/{other['session']['id']}")
        self.ledger.sessions.remove(other["session"]["id"])
        own, self._client.token = self._client.token, other["access_token"]
        try:
            self._client.ask(HTTPStatus.UNAUTHORIZED, "GET", "/v1/account")
        finally:
            self._client.token = own

    def _log_in(self) -> Json:
        answer = self._client.once("POST", "/v1/auth/login", self._credentials)
        if answer is None:  # the session that was begun perhaps is nobody's
            self.ledger.doubtful.add(f"USER#{self.ledger.account['id']}/SESSION")
            answer = self._client.ask(OK, "POST", "/v1/auth/login", self._credentials)
        require(answer.status == OK, f"a login is refused: {told(answer)}")
        tokens: Json = answer.json()
        self.ledger.sessions.add(tokens["session"]["id"])
        return tokens

    def _any(self, *prefixes: str) -> Json | None:
        """Choose a resource of one's own that can be changed; None while there is none."""
        known = [one for prefix in prefixes or PATHS for one in self.ledger.of_kind(prefix)]
        return self._dice.choice(known) if known else None


def _path(document: Any) -> str:
    return f"{PATHS[document['id'][:3]]}/{document['id']}"
