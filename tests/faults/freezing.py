"""Processes that live and do nothing, for ever or until it is too late."""

import asyncio

from engine.protocol.names import engine_alive_key
from tests.faults.base import Fault, Interruption, Site
from tests.faults.plant import is_alive
from tests.faults.stage import Stage
from webapp.core.streams import parse_stream_id


class EngineFrozen(Interruption):
    """SIGSTOP of the engine worker, for good."""

    name = "engine-frozen"
    promise = "The supervisor notices the silence, ends it and starts another; answers go on."

    def harm(self, stage: Stage) -> None:
        """Freeze it."""
        stage.plant.freeze("engine")


class TurnsFrozen(Interruption):
    """SIGSTOP of the turns worker, for good."""

    name = "turns-frozen"
    promise = "The supervisor notices the silence, ends it and starts another; answers go on."

    def harm(self, stage: Stage) -> None:
        """Freeze it."""
        stage.plant.freeze("turns")


class EngineReturns(Fault):
    """One of two engines stands still until the other has taken over, and then writes on."""

    name = "engine-returns"
    promise = "What the engine of an older attempt writes is refused by Redis; it ends that work."
    site = Site.TWO_ENGINES

    async def run(self, stage: Stage) -> None:
        """Freeze the engine that holds the answer, wait for the second attempt, thaw it."""
        talks = await stage.ask_some(2)
        await stage.reach_share(talks[0], stage.random.uniform(0.02, 0.5))
        plant = stage.plant
        with plant.redis() as redis, plant.frozen_supervisor():
            request = plant.find_request(talks[0].turn)
            holder = str(redis.get(engine_alive_key(request)) or "engine-1@").partition("@")[0]
            frozen = await stage.strike(lambda: plant.freeze(holder))
            await stage.reach(talks[0], lambda: plant.find_engine_attempt(talks[0].turn) > 1)
            await asyncio.sleep(stage.random.uniform(0.0, 3.0))
            plant.thaw(frozen)
        await stage.expect_end(talks)


class TurnsReturns(Fault):
    """A turns worker stands still until another has taken its turns, and then writes on."""

    name = "turns-returns"
    promise = "The older attempt finds its lease lost and its events refused, and leaves."

    async def run(self, stage: Stage) -> None:
        """Freeze the first worker, wait for the second's snapshot, thaw it."""
        talks = await stage.ask_some(2)
        with stage.plant.second_turns_worker() as second, stage.plant.frozen_supervisor():
            await stage.reach_share(talks[0], stage.random.uniform(0.02, 0.3))
            frozen = await stage.strike(lambda: stage.plant.freeze("turns"))
            await stage.reach(talks[0], lambda: is_second_attempt(talks[0].reader.frames))
            await asyncio.sleep(stage.random.uniform(0.0, 2.0))
            stage.plant.thaw(frozen)
            await stage.expect_end(talks)
            if not is_alive(second):
                stage.faults.append("the second turns worker did not live to the end")


def is_second_attempt(frames: list[dict[str, object]]) -> bool:
    """Whether a page was shown the beginning of a further attempt."""
    return bool(frames) and parse_stream_id(str(frames[-1]["id"])).attempt > 1
