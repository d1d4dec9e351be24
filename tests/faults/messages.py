"""Messages between the parts that come twice, or never."""

import asyncio

from engine.protocol.names import RUN_TURN_TASK, TURNS_QUEUE, engine_queue
from tests.faults.base import Fault
from tests.faults.plant import MODEL_NAME
from tests.faults.stage import Stage, Talk

QUEUE = engine_queue(MODEL_NAME)


class TaskDoubled(Fault):
    """Every message to the engine comes three times, every message to the turns worker too."""

    name = "task-doubled"
    promise = "One worker claims it; the doubles do nothing."

    async def run(self, stage: Stage) -> None:
        """Double what waits for the engine, then ring for the turns again and again."""
        with stage.plant.redis() as redis:
            with stage.plant.paused_queue():
                talks = await stage.ask_some(2)
                await stage.wait_until(lambda: redis.llen(QUEUE) >= 2)
                waiting = redis.lrange(QUEUE, 0, -1)
                await stage.strike(lambda: redis.rpush(QUEUE, *waiting, *waiting))
            for _ in range(4):
                await asyncio.sleep(stage.random.uniform(0.0, 0.5))
                await asyncio.to_thread(self._ring_again, stage, talks)
        await stage.expect_end(talks)

    def _ring_again(self, stage: Stage, talks: list[Talk]) -> None:
        for talk in talks:
            stage.plant.send_task(RUN_TURN_TASK, talk.turn, TURNS_QUEUE)


class EngineTaskLost(Fault):
    """The messages to the engine vanish from their queue."""

    name = "engine-task-lost"
    promise = "A ready engine and no answer: after ten seconds it is asked again."

    async def run(self, stage: Stage) -> None:
        """Take away what waits for the engine."""
        with stage.plant.redis() as redis, stage.plant.paused_queue():
            talks = await stage.ask_some(2)
            await stage.wait_until(lambda: redis.llen(QUEUE) >= 2)
            await stage.strike(lambda: redis.delete(QUEUE))
        await stage.expect_end(talks)


class TurnTaskLost(Fault):
    """The messages to the turns worker vanish from their queue."""

    name = "turn-task-lost"
    promise = "The reconciler rings again for what waits too long."

    async def run(self, stage: Stage) -> None:
        """Take them away while the worker stands still for a moment."""
        frozen = stage.plant.freeze("turns")
        try:
            talks = await stage.ask_some(3)
            with stage.plant.redis() as redis:
                await stage.strike(lambda: redis.delete(TURNS_QUEUE))
        finally:
            stage.plant.thaw(frozen)
        await stage.expect_end(talks)
