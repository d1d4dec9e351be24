from typing import Any

import pytest

from engine.protocol.names import engine_alive_key, engine_stream
from engine.worker.active_requests import ActiveRequest
from engine.worker.claims import CLAIM_TTL_SECONDS, claim, renew


def test_an_attempt_is_claimed_once(redis: Any) -> None:
    assert claim(redis, "r", 1, "alice")
    assert not claim(redis, "r", 1, "bob")
    assert redis.get(engine_alive_key("r")) == "alice"


def test_a_newer_attempt_may_be_claimed_while_an_older_one_lives(redis: Any) -> None:
    assert claim(redis, "r", 1, "alice")
    assert claim(redis, "r", 2, "bob")


@pytest.mark.parametrize("entry", ["1-4", "2-1"])
def test_an_attempt_that_has_written_or_was_overtaken_is_used_up(redis: Any, entry: str) -> None:
    redis.xadd(engine_stream("r"), {"batch": "{}"}, id=entry)
    assert not claim(redis, "r", 1, "bob")
    assert not redis.exists(engine_alive_key("r"))


def test_an_attempt_whose_worker_died_before_its_first_entry_may_be_claimed_again(
    redis: Any,
) -> None:
    assert claim(redis, "r", 1, "alice")
    keys = redis.keys("*:claim:*")
    assert keys
    assert all(0 < redis.ttl(key) <= CLAIM_TTL_SECONDS for key in keys)
    redis.delete(*keys)
    assert claim(redis, "r", 1, "bob")


def test_a_heartbeat_keeps_a_claim(redis: Any) -> None:
    assert claim(redis, "r", 1, "alice")
    redis.expire(engine_alive_key("r"), 1)
    pipeline = redis.pipeline()
    renew(pipeline, ActiveRequest("r", 1), "alice")
    pipeline.execute()
    assert redis.ttl(engine_alive_key("r")) > 1
    assert not claim(redis, "r", 1, "bob")
