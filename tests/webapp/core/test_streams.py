"""Streams: Redis refuses what is not newer, and the writer understands why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis import Redis

from webapp.core.streams import (
    Fenced,
    StreamGone,
    StreamId,
    append,
    append_all,
    last_id,
    parse_stream_id,
    read_after,
)

FIELDS = {"event": "x"}


def ids(redis: Redis) -> list[str]:
    return [str(entry.id) for entry in read_after(redis, "s", "0-0")]


def test_entries_are_read_in_order_above_the_last_id(redis: Redis) -> None:
    append_all(redis, "s", [(StreamId(1, seq), FIELDS) for seq in (1, 2, 3)], begin=True)
    append(redis, "s", StreamId(2, 1), FIELDS)
    assert ids(redis) == ["1-1", "1-2", "1-3", "2-1"]
    assert [str(entry.id) for entry in read_after(redis, "s", "1-2")] == ["1-3", "2-1"]
    assert read_after(redis, "s", "2-1", block_ms=1) == []
    assert last_id(redis, "s") == StreamId(2, 1)


def test_writing_an_entry_twice_is_writing_it_once(redis: Redis) -> None:
    append(redis, "s", StreamId(1, 1), FIELDS, begin=True)
    append_all(redis, "s", [(StreamId(1, 1), FIELDS), (StreamId(1, 2), FIELDS)], begin=True)
    assert ids(redis) == ["1-1", "1-2"]


def test_an_older_attempt_is_fenced_off(redis: Redis) -> None:
    append(redis, "s", StreamId(1, 1), FIELDS, begin=True)
    append(redis, "s", StreamId(2, 1), FIELDS)
    with pytest.raises(Fenced):
        append(redis, "s", StreamId(1, 2), FIELDS)
    assert ids(redis) == ["1-1", "2-1"]


def test_a_stream_that_went_away_is_noticed(redis: Redis) -> None:
    append(redis, "s", StreamId(1, 1), FIELDS, begin=True)
    redis.flushall()
    with pytest.raises(StreamGone):
        append(redis, "s", StreamId(1, 2), FIELDS)
    assert last_id(redis, "s") is None


def test_another_kind_of_key_is_an_error_that_shows(redis: Redis) -> None:
    redis.set("s", "text")
    with pytest.raises(Exception, match="WRONGTYPE"):
        append(redis, "s", StreamId(1, 1), FIELDS, begin=True)


@given(attempt=st.integers(0, 2**63), seq=st.integers(0, 2**63))
def test_ids_survive_their_text(attempt: int, seq: int) -> None:
    assert parse_stream_id(f"{attempt}-{seq}") == StreamId(attempt, seq)


@pytest.mark.parametrize("text", ["", "1", "1-", "-1", "a-1", "1-²", "1-1-1", "1-" + "9" * 50])
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a stream id"):
        parse_stream_id(text)
