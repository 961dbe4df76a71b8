"""Messages that a stream has seen already, by their id, for a while."""

from collections import deque


class Window:
    """The ids of the last `window_s` seconds, each with the sequence it was stored under."""

    def __init__(self, window_s: float) -> None:
        self.window_s = window_s
        self._seqs: dict[str, int] = {}
        self._by_age: deque[tuple[float, str]] = deque()

    def seen(self, msg_id: str, now_s: float) -> int | None:
        """The sequence that `msg_id` was stored under, if that was not too long ago."""
        while self._by_age and now_s - self._by_age[0][0] >= self.window_s:
            self._seqs.pop(self._by_age.popleft()[1], None)
        return self._seqs.get(msg_id)

    def forget(self, msg_id: str) -> None:
        """Forget an id before its time."""
        self._seqs.pop(msg_id, None)

    def remember(self, msg_id: str, seq: int, now_s: float) -> None:
        self._seqs[msg_id] = seq
        self._by_age.append((now_s, msg_id))
