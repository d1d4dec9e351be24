"""What an engine has written for one generation so far, made whole again or found broken."""

from collections.abc import Mapping

from redis import Redis

from engine.protocol import EventBatch
from engine.protocol.codec import decode_batch
from engine.protocol.names import engine_stream
from webapp.core.streams import START, Entry, StreamId, parse_stream_id, read_after

FIELD = "batch"


def read_batches(
    redis: Redis, request_id: str, after: StreamId, *, block_ms: int | None = None
) -> list[tuple[StreamId, EventBatch]]:
    """Batches above the id `after`. Raises ValueError if an entry is not a batch."""
    entries = read_after(redis, engine_stream(request_id), str(after), block_ms=block_ms)
    return [(entry.id, _batch(entry)) for entry in entries]


def load_batches(
    redis: Redis, request_id: str, resume_points: Mapping[str, str]
) -> list[tuple[StreamId, EventBatch]] | None:
    """All batches that count, in order, without what an attempt wrote after the next one had
    begun from an earlier place. None if nothing is there or something is missing.

    `resume_points` maps each attempt above 1 to the id of the last entry that it goes on from.
    """
    limits = {int(attempt): parse_stream_id(point) for attempt, point in resume_points.items()}
    kept: list[tuple[StreamId, EventBatch]] = []
    last = StreamId(0, 0)
    for entry in _read_all(redis, engine_stream(request_id)):
        if any(entry.id.attempt < later and entry.id > limit for later, limit in limits.items()):
            continue
        if not _follows(last, entry.id, limits):
            return None
        last = entry.id
        kept.append((entry.id, _batch(entry)))
    reached = max(limits.values(), default=StreamId(0, 0))
    return kept if kept and last >= reached else None


def _follows(last: StreamId, id: StreamId, limits: Mapping[int, StreamId]) -> bool:
    if id.attempt == last.attempt:
        return id.seq == last.seq + 1
    begins_after = limits.get(id.attempt, StreamId(0, 0))
    return id.seq == 1 and last == begins_after


def _read_all(redis: Redis, stream: str) -> list[Entry]:
    entries: list[Entry] = []
    after = START
    while chunk := read_after(redis, stream, after):
        entries += chunk
        after = str(chunk[-1].id)
    return entries


def _batch(entry: Entry) -> EventBatch:
    return decode_batch(entry.fields.get(FIELD, ""))
