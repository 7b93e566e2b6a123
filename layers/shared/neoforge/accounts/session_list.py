"""The list of an account's sessions."""

import zlib

from neoforge import clock
from neoforge.accounts import repository
from neoforge.accounts.access_item import partition
from neoforge.accounts.model import ListedSession
from neoforge.dynamodb.collection import CollectionStats, Slice


def listed(user_id: str, current: str) -> list[ListedSession]:
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
    """The live sessions as pages. They are few, so all of them are read for each page."""

    def __init__(self, user_id: str, current: str) -> None:
        self.scope = f"{partition(user_id)}/SESSION"
        self._sessions = [(one.id, one.model_dump_json()) for one in listed(user_id, current)]

    def stats(self) -> CollectionStats:
        """Tell how many there are; what they look like stands for a revision."""
        documents = "".join(document for _, document in self._sessions)
        return CollectionStats(len(self._sessions), zlib.crc32(documents.encode()))

    def first_page(self, size: int) -> Slice:
        """Give the first window."""
        return self._window(0, size)

    def next_page(self, position: str, size: int, _: CollectionStats) -> Slice:
        """Give the window that follows `position`."""
        start = sum(session_id >= position for session_id, _ in self._sessions)
        return self._window(start, start + size)

    def previous_page(self, position: str, size: int, _: CollectionStats) -> Slice:
        """Give the window that precedes `position`."""
        end = sum(session_id > position for session_id, _ in self._sessions)
        return self._window(max(0, end - size), end)

    def _window(self, start: int, end: int) -> Slice:
        page = self._sessions[start:end]
        return Slice(
            documents=[document for _, document in page],
            stats=self.stats(),
            previous_position=page[0][0] if page and start > 0 else None,
            next_position=page[-1][0] if page and end < len(self._sessions) else None,
        )
