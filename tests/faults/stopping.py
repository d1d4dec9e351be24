"""A person who stops an answer, at each place where it may stand."""

import asyncio
from typing import ClassVar

from tests.faults.base import Fault
from tests.faults.stage import LONG_QUESTIONS, Question, Stage, Talk

FREE_SECONDS = 15.0
BY_PHASE = {
    "reading": LONG_QUESTIONS,
    "thinking": tuple(question for question in LONG_QUESTIONS if question.thinking),
    "making": LONG_QUESTIONS,
    "checking": LONG_QUESTIONS,
}


class StopFault(Fault):
    """Stops while the turn is in `phase`."""

    phase: ClassVar[str]
    promise = "It ends as stopped, what was shown is kept, and the engine is free again."

    async def run(self, stage: Stage) -> None:
        """Stop, and look whether the engine still works for nobody."""
        question: Question = stage.random.choice(BY_PHASE[self.phase])
        talk = await stage.ask(question)
        await self.stop(stage, talk)
        await stage.expect_end([talk], "turn.stopped")
        try:
            await stage.wait_until(lambda: stage.plant.engine_status()["running"] == 0)
        except TimeoutError:
            stage.faults.append("the engine goes on with an answer that was stopped")

    async def stop(self, stage: Stage, talk: Talk) -> None:
        """Wait for the phase, stop."""
        await stage.reach(talk, lambda: self._is_there(talk))
        await stage.stop(talk)

    def _is_there(self, talk: Talk) -> bool:
        return any(frame.get("phase") == self.phase for frame in talk.reader.frames)


class StopWhileReading(StopFault):
    """Before the first token: the engine has been asked, and a short prompt is read in one step,
    of which nothing is told."""

    name = "stop-in-prefill"
    phase = "reading"

    def _is_there(self, talk: Talk) -> bool:
        return any(frame["type"] == "turn.started" for frame in talk.reader.frames)


class StopWhileThinking(StopFault):
    """In the middle of a thought."""

    name = "stop-in-thinking"
    phase = "thinking"


class StopWhileMaking(StopFault):
    """In the middle of a tool call."""

    name = "stop-in-tool"
    phase = "making"


class StopWhileChecking(StopFault):
    """While the render worker looks at what was made."""

    name = "stop-in-check"
    phase = "checking"

    async def stop(self, stage: Stage, talk: Talk) -> None:
        """A check takes a quarter of a second: the worker stands still, so that it lasts."""
        await stage.reach_share(talk, 0.8)
        frozen = await asyncio.to_thread(stage.plant.freeze, "render")
        try:
            await super().stop(stage, talk)
        finally:
            stage.plant.thaw(frozen)
