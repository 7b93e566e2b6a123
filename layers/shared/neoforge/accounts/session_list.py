"""The list of an account's sessions."""

import zlib

from neoforge import clock
from neoforge.accounts import repository
from neoforge.accounts.model import ListedSession
from neoforge.dynamodb.keys import LAST, just_before, user_partition
from neoforge.dynamodb.resource_store import CollectionStats, Slice


def list_sessions(user_id: str, current: str) -> list[ListedSession]:
    """List the live sessions, newest first."""
    return [
        ListedSession(
            id=session_id,
            created_at=stored.created_at,
            expires_at=clock.timestamp(stored.expires_at),
            last_seen_at=clock.timestamp(stored.last_seen_at),
            user_agent=stored.user_agent,
            ip_address=stored.ip_address,
            current=session_id == current,
        )
        for session_id, stored in repository.sessions(user_id).items()
    ]


class SessionPages:
    """Pages of the live sessions. There are few of them, so each page reads all."""

    def __init__(self, user_id: str, current: str) -> None:
        self.scope = f"{user_partition(user_id)}/SESSION"
        self._sessions = [(session.id, session.model_dump_json()) for session in list_sessions(user_id, current)]

    def stats(self) -> CollectionStats:
        """Return the total. A checksum of the sessions serves as the revision."""
        documents = "".join(document for _, document in self._sessions)
        return CollectionStats(len(self._sessions), zlib.crc32(documents.encode()))

    def first_page(self, size: int) -> Slice:
        return self._slice(0, size)

    def next_page(self, position: str, size: int, _: CollectionStats | None) -> Slice:
        start = sum(session_id >= position for session_id, _ in self._sessions)
        return self._slice(start, start + size)

    def previous_page(self, position: str, size: int, _: CollectionStats | None) -> Slice:
        end = sum(session_id > position for session_id, _ in self._sessions)
        return self._slice(max(0, end - size), end)

    def _slice(self, start: int, end: int) -> Slice:
        newer, page, older = self._sessions[:start], self._sessions[start:end], self._sessions[end:]
        return Slice(
            documents=[document for _, document in page],
            stats=self.stats(),
            previous_position=(page[0][0] if page else just_before(newer[-1][0])) if newer else None,
            next_position=(page[-1][0] if page else older[0][0] + LAST) if older else None,
        )
