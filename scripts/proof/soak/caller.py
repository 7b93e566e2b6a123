"""One caller: an account that does everything which an account may, in random order, and records what it is told."""

import random
import secrets
import time
from collections.abc import Callable, Iterator
from functools import partial
from http import HTTPStatus

from scripts.proof.smoke import SurpriseError
from scripts.proof.soak.client import Client, require, written
from scripts.proof.soak.kinds import Json, Kind
from scripts.proof.soak.ledger import KINDS, Ledger, prefix_of
from scripts.proof.soak.meter import Meter

PATHS = ("/v1/account", "/v1/auth/sessions", *(path for kind in KINDS.values() for path in kind.other_paths))
CREATED, OK, NO_CONTENT = 201, 200, 204
PAGE = 20
PAGES = 3  # of a list
HALF = 0.5
STALE = {"If_Match": '"v999"'}

type Action = Callable[[], None]


class Caller:
    """An account and what it does. Created by `begin`."""

    def __init__(self, client: Client, dice: random.Random, ledger: Ledger, credentials: Json) -> None:
        self.ledger = ledger
        self._client = client
        self._dice = dice
        self._credentials = credentials
        self._tokens: Json = {}
        # What it does, and how often.
        self._actions: dict[Action, int] = {
            **{partial(self._create, kind): kind.weight for kind in KINDS.values()},
            self._change: 25,
            self._read: 25,
            self._list: 15,
            self._delete: 10,
            self._look_around: 4,
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

    def reload_account(self) -> None:
        """Read the account, which has got a role."""
        self.ledger.account = self._client.ask(OK, "GET", "/v1/account").json()

    def run(self, until: float) -> None:
        """Act until a moment. A surprise is recorded, and its resource left alone."""
        for action in self._chosen(until):
            try:
                action()
            except SurpriseError as error:
                self.ledger.surprises.append(str(error))

    def _chosen(self, until: float) -> Iterator[Action]:
        """Yield each action once, so that a short run does it all, then random ones by weight."""
        yield from self._actions
        while time.monotonic() < until:
            yield from self._dice.choices(list(self._actions), list(self._actions.values()))

    def _create(self, kind: Kind) -> None:
        text = secrets.token_hex(8)
        body = {kind.text: text, **kind.draft(self._dice)}
        if self._dice.random() < kind.keyed:
            answer = self._client.write(CREATED, "POST", kind.path, body)
        elif (found := self._client.once("POST", kind.path, body)) is None:
            self.ledger.doubtful.add(text)
            return
        else:
            require(found.status == CREATED, f"a resource is not created: {written(found)}")
            answer = found
        created = answer.json()
        require(body.items() <= created.items() and created["version"] == 1, f"{body} has created {created}")
        self.ledger.resources[created["id"]] = created

    def _change(self) -> None:
        if (before := self._any(lambda kind: kind.has_own_path)) is None:
            return
        kind, path = KINDS[prefix_of(before)], _path(before)
        change = self._dice.choice([{kind.text: secrets.token_hex(8)}, {kind.text: secrets.token_hex(8)}, {}])
        if kind.patch and self._dice.random() < HALF:
            change = kind.patch(self._dice)
        condition = self._dice.choice([{}, {"If_Match": f'"v{before["version"]}"'}, STALE])
        if condition == STALE:
            self._client.write(HTTPStatus.PRECONDITION_FAILED, "PATCH", path, change, **condition)
            return
        after = self._client.write(OK, "PATCH", path, change, **condition).json()
        expected = before
        if not change.items() <= before.items():
            expected = before | change | {"version": before["version"] + 1, "updated_at": after["updated_at"]}
        require(after == expected, f"{change} has made {after} of {before}")
        self.ledger.resources[before["id"]] = after

    def _delete(self) -> None:
        if (before := self._any(lambda kind: kind.deletable)) is None:
            return
        self._client.write(NO_CONTENT, "DELETE", _path(before))
        del self.ledger.resources[before["id"]]
        self._client.ask(HTTPStatus.NOT_FOUND, "GET", _path(before))

    def _read(self) -> None:
        if (known := self._any(lambda kind: kind.has_own_path)) is None:
            return
        answer = self._client.ask(OK, "GET", _path(known))
        require(answer.json() == known, f"{answer.json()} was read, {known} was told")
        self._client.ask(HTTPStatus.NOT_MODIFIED, "GET", _path(known), If_None_Match=answer.headers["ETag"])

    def _list(self) -> None:
        """Read some pages of a list of one's own resources."""
        user_id = self.ledger.account["id"]
        lists = [(prefix, one) for prefix, kind in KINDS.items() for one in kind.listings(user_id)]
        if not lists:
            return
        prefix, (path, shows) = self._dice.choice(lists)
        known = [one for one in self.ledger.of_kind(prefix) if shows(one)]
        cursor = ""
        for number in range(PAGES):
            page = self._client.ask(OK, "GET", f"{path}{'&' if '?' in path else '?'}page_size={PAGE}{cursor}").json()
            if not self.ledger.doubtful:
                seen = known[number * PAGE : (number + 1) * PAGE]
                require((page["items"], page["total"]) == (seen, len(known)), f"{path} is {page}, {known} was told")
            if page["next_cursor"] is None:
                return
            cursor = f"&cursor={page['next_cursor']}"

    def _look_around(self) -> None:
        self._client.ask(OK, "GET", self._dice.choice(PATHS))

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
        if answer is None:  # it may have begun a session that nobody was told of
            self.ledger.doubtful.add(f"USER#{self.ledger.account['id']}/SESSION")
            answer = self._client.ask(OK, "POST", "/v1/auth/login", self._credentials)
        require(answer.status == OK, f"a login is refused: {written(answer)}")
        tokens: Json = answer.json()
        self.ledger.sessions.add(tokens["session"]["id"])
        return tokens

    def _any(self, fits: Callable[[Kind], bool]) -> Json | None:
        """Return a random resource of one's own, of the kinds that fit; None while there is none."""
        known = [one for prefix, kind in KINDS.items() if fits(kind) for one in self.ledger.of_kind(prefix)]
        return self._dice.choice(known) if known else None


def _path(document: Json) -> str:
    return f"{KINDS[prefix_of(document)].path}/{document['id']}"
