"""Pages that read slowly, never, or not to the end."""

import asyncio

import websockets

from tests.faults.base import Fault
from tests.faults.reader import Reader
from tests.faults.stage import Stage

MOST_GROWTH_BYTES = 64 * 2**20
SUBSCRIPTIONS = 400


class SlowReader(Fault):
    """A page that takes its time for every event."""

    name = "slow-reader"
    promise = "It gets every event once and in order, only later; others do not wait for it."

    async def run(self, stage: Stage) -> None:
        """Read one answer with pauses, another without."""
        first, second = await stage.ask_some(2)
        slow = Reader(stage.visitor, first.turn, pace_seconds=stage.random.uniform(0.01, 0.15))
        await stage.strike(lambda: None)
        slow_task = asyncio.create_task(slow.follow())
        await stage.expect_end([first, second])
        first.reader, first.task = slow, slow_task
        await stage.expect_end([first])


class NeverReader(Fault):
    """A page that asks for the same answer again and again and reads nothing of it."""

    name = "never-reader"
    promise = "The web process does not grow by what nobody reads; others are served."

    async def run(self, stage: Stage) -> None:
        """Subscribe hundreds of times to a whole answer over a socket that is not read."""
        (talk,) = await stage.ask_some(1)
        await stage.expect_end([talk])
        before = await asyncio.to_thread(stage.plant.web_memory_bytes)
        async with stage.visitor.socket() as socket:
            stop_reading(socket.connection)
            for _ in range(SUBSCRIPTIONS):
                await socket.send(type="subscribe", turn=talk.turn, after=None)
                await asyncio.sleep(0.025)
            others = await stage.ask_some(1)
            await stage.strike(lambda: None)
            await stage.expect_end(others)
            growth = await asyncio.to_thread(stage.plant.web_memory_bytes) - before
            socket.connection.transport.abort()
        if growth > MOST_GROWTH_BYTES:
            stage.faults.append(f"the web process grew by {growth / 2**20:.0f} MiB")


class PageClosed(Fault):
    """A page that is closed in mid-answer and opened again later."""

    name = "page-closed"
    promise = "The answer is finished without it, and is there when it comes back."

    async def run(self, stage: Stage) -> None:
        """Leave, wait until the answer is stored, come back."""
        talks = await stage.ask_some(2)
        await stage.reach_share(talks[0], stage.random.uniform(0.02, 0.9))
        await stage.strike(talks[0].task.cancel)
        await stage.wait_until(lambda: stage.plant.find_turn_state(talks[0].turn) == "finished")
        talks[0].task = asyncio.create_task(talks[0].reader.follow())
        await stage.expect_end(talks)


def stop_reading(connection: websockets.ClientConnection) -> None:
    """From now on the system's buffers fill, and then the other side's."""
    connection.transport.pause_reading()
