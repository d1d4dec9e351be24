"""Which requests this worker holds, from acceptance to the moment their end is in Redis."""

import threading
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ActiveRequest:
    """One attempt of one request. `submitted` is set when the engine has it, `ended` when its
    outcome is written or given up."""

    request_id: str
    attempt: int
    submitted: threading.Event = field(default_factory=threading.Event, compare=False)
    ended: threading.Event = field(default_factory=threading.Event, compare=False)


class ActiveRequests:
    """A set with one attempt for each request id; every method may be called from any thread."""

    def __init__(self) -> None:
        self._by_id: dict[str, ActiveRequest] = {}
        self._changed = threading.Condition()

    def add(self, request_id: str, attempt: int) -> ActiveRequest | None:
        """Holds the attempt, or returns None if another attempt of the request is still held."""
        with self._changed:
            if request_id in self._by_id:
                return None
            active = self._by_id[request_id] = ActiveRequest(request_id, attempt)
            self._changed.notify_all()
            return active

    def find(self, request_id: str) -> ActiveRequest | None:
        """The held attempt of a request, if there is one."""
        with self._changed:
            return self._by_id.get(request_id)

    def remove(self, active: ActiveRequest) -> None:
        """Lets an attempt go."""
        with self._changed:
            if self._by_id.get(active.request_id) is active:
                del self._by_id[active.request_id]
            self._changed.notify_all()
        active.ended.set()

    def held(self) -> list[ActiveRequest]:
        """All held attempts."""
        with self._changed:
            return list(self._by_id.values())

    def ids(self) -> list[str]:
        """The ids of all held requests."""
        with self._changed:
            return list(self._by_id)

    def wait_for_some(self, timeout_seconds: float) -> bool:
        """Waits until a request is held; False if none came in time."""
        with self._changed:
            return self._changed.wait_for(lambda: bool(self._by_id), timeout_seconds)

    def wait_for_none(self, timeout_seconds: float) -> bool:
        """Waits until no request is held; False if some were left when time was over."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._by_id, timeout_seconds)
