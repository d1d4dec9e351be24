"""Append-only Redis streams with ids `<attempt>-<seq>`: Redis itself refuses what is not newer.

A writer that repeats an entry after a timeout finds it written (success); a writer of an older
attempt finds a newer one (`Fenced`) and must end.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, cast

from redis import Redis
from redis.exceptions import ResponseError

START = "0-0"


class StreamId(NamedTuple):
    """The id of an entry: ordered by attempt, then by sequence number."""

    attempt: int
    seq: int

    def __str__(self) -> str:
        return f"{self.attempt}-{self.seq}"


class Entry(NamedTuple):
    """One entry of a stream."""

    id: StreamId
    fields: Mapping[str, str]


class Fenced(Exception):
    """A newer attempt has written to the stream: this writer is not the one any more."""


class StreamGone(Exception):
    """The stream that was begun does not exist any more (Redis lost its data)."""


def parse_stream_id(text: str) -> StreamId:
    """`<attempt>-<seq>` as numbers. Raises ValueError for anything else."""
    attempt, separator, seq = text.partition("-")
    if not (separator and attempt.isascii() and attempt.isdigit()):
        raise ValueError(f"not a stream id: {text!r}")
    if not (seq.isascii() and seq.isdigit()) or len(text) > 41:
        raise ValueError(f"not a stream id: {text!r}")
    return StreamId(int(attempt), int(seq))


def append(
    redis: Redis, stream: str, id: StreamId, fields: Mapping[str, str], *, begin: bool = False
) -> None:
    """Writes one entry; `begin` allows that it makes the stream.

    Raises Fenced if a newer attempt wrote, StreamGone if the stream should exist and does not.
    """
    append_all(redis, stream, [(id, fields)], begin=begin)


def append_all(
    redis: Redis,
    stream: str,
    entries: Iterable[tuple[StreamId, Mapping[str, str]]],
    *,
    begin: bool = False,
) -> None:
    """Writes entries of one attempt in order, in one round trip; see `append`."""
    pipeline = redis.pipeline(transaction=False)
    ids: list[StreamId] = []
    for id, fields in entries:
        payload = cast("dict[str, str]", dict(fields))
        pipeline.xadd(stream, payload, id=str(id), nomkstream=not begin)  # type: ignore[arg-type]
        ids.append(id)
    if not ids:
        return
    for id, result in zip(ids, pipeline.execute(raise_on_error=False), strict=True):
        if isinstance(result, ResponseError):
            _accept_duplicate(redis, stream, id, result)
        elif isinstance(result, Exception):
            raise result
        elif result is None:
            raise StreamGone(stream)


def _accept_duplicate(redis: Redis, stream: str, id: StreamId, error: ResponseError) -> None:
    if "equal or smaller" not in str(error):
        raise error
    last = last_id(redis, stream)
    if last is None or last.attempt != id.attempt:
        raise Fenced(stream) from error


def last_id(redis: Redis, stream: str) -> StreamId | None:
    """The id of the newest entry, or None if there is no stream."""
    newest = cast("list[tuple[str, Mapping[str, str]]]", redis.xrevrange(stream, count=1))
    return parse_stream_id(newest[0][0]) if newest else None


def read_after(
    redis: Redis, stream: str, after: str, *, count: int = 500, block_ms: int | None = None
) -> list[Entry]:
    """Entries above the id `after`, oldest first; waits up to `block_ms` for the first one."""
    answer: Any = redis.xread({stream: after}, count=count, block=block_ms)
    rows: list[tuple[str, Mapping[str, str]]] = answer[0][1] if answer else []
    return [Entry(parse_stream_id(id), fields) for id, fields in rows]
