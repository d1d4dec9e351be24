"""Writing down which workers there are: seldom, since a worker says every second that it lives."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime

from engine.protocol import WorkerStatus
from webapp.workers.models import WorkerRecord
from webapp.workers.states import SILENT_SECONDS

WRITE_SECONDS = 60.0


class WorkerRegistry:
    """Writes a worker's row when it is new, when what it is changed, when it falls silent, and once
    a minute. Belongs to one thread."""

    def __init__(self) -> None:
        self._heard: dict[str, WorkerStatus] = {}
        self._written: dict[str, WorkerStatus] = {}

    def note(self, statuses: Iterable[WorkerStatus], now: float) -> None:
        """Take what was heard at the Unix time `now`. Raises DatabaseError."""
        heard = {status.worker_id: status for status in statuses}
        for status in heard.values():
            if self._is_due(status, now):
                self._write(status)
        for id in set(self._heard) - set(heard):
            self._write(self._heard[id])
            self._written.pop(id, None)
        self._heard = heard

    def _is_due(self, status: WorkerStatus, now: float) -> bool:
        before = self._written.get(status.worker_id)
        if before is None or _identity(before) != _identity(status):
            return True
        is_newer = status.updated_at > before.updated_at
        is_silent = now - status.updated_at > SILENT_SECONDS
        return is_newer and (is_silent or status.updated_at - before.updated_at >= WRITE_SECONDS)

    def _write(self, status: WorkerStatus) -> None:
        WorkerRecord.objects.update_or_create(
            pk=status.worker_id[:200],
            defaults={
                "model": status.model[:200],
                "host": status.host[:200],
                "last_seen": datetime.fromtimestamp(status.updated_at, UTC),
                "last_status": asdict(status),
            },
        )
        self._written[status.worker_id] = status


def _identity(status: WorkerStatus) -> tuple[object, ...]:
    return (
        status.model,
        status.host,
        status.pid,
        status.started_at,
        status.state,
        status.pinned,
        status.reason,
    )
