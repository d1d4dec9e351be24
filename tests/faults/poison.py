"""A request that ends whoever takes it up."""

import asyncio
import contextlib
import time

from redis import Redis
from redis.exceptions import RedisError

from engine.protocol.names import engine_alive_key
from tests.faults.base import Fault
from tests.faults.plant import is_alive
from tests.faults.stage import Stage, Talk

LOOK_SECONDS = 0.02


class PoisonedRequest(Fault):
    """The engine dies each time that it holds a certain request."""

    name = "poisoned-request"
    promise = "It ends as failed after a few attempts; what ran beside it is finished."

    async def run(self, stage: Stage) -> None:
        """Kill every engine that holds the poison, as often as one does."""
        poison, *others = await stage.ask_some(3)
        await stage.strike(lambda: None)
        killer = asyncio.create_task(asyncio.to_thread(self._kill_holders, stage, poison))
        await stage.expect_end([poison], "turn.failed")
        await killer
        await stage.expect_end(others)
        code = poison.reader.frames[-1].get("code")
        if code != "attempts_exhausted":
            stage.faults.append(f"the poisoned request ended with the code {code}")

    def _kill_holders(self, stage: Stage, poison: Talk) -> None:
        delay = stage.random.uniform(0.0, 0.5)
        with stage.plant.redis() as redis:
            while not poison.reader.ended:
                with contextlib.suppress(RedisError):
                    self._kill_holder(stage, redis, poison, delay)
                time.sleep(LOOK_SECONDS)

    def _kill_holder(self, stage: Stage, redis: Redis, poison: Talk, delay: float) -> None:
        alive = engine_alive_key(stage.plant.find_request(poison.turn))
        engine = stage.plant.find("engine")
        if engine is None or not redis.exists(alive):
            return
        time.sleep(delay)
        engine.kill()
        while is_alive(engine):
            time.sleep(LOOK_SECONDS)
        # The word of the dead would pass for the next engine's.
        redis.delete(alive)
