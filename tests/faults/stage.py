"""One run of one fault: people who ask, pages that watch, and what was found wrong at the end."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar
from uuid import uuid4

from tests.faults.answers import Answer, count_answers, fetch_answer, find_difference
from tests.faults.checker import judge_events
from tests.faults.plant import Plant
from tests.faults.reader import GONE, RECONNECT_SECONDS, Reader
from tests.stack.visitor import Frame, Visitor

Result = TypeVar("Result")
END_SECONDS = 120.0
LOOK_SECONDS = 0.005


@dataclass(frozen=True, slots=True)
class Question:
    """What a person asks."""

    text: str
    thinking: bool = False


# Made things, long enough to be interrupted in the middle.
LONG_QUESTIONS = (
    Question("Make a snake game"),
    Question("Make a snake game", thinking=True),
    Question("Make a flappy bird game"),
    Question("Make a flappy bird game", thinking=True),
)
QUESTIONS = (*LONG_QUESTIONS, Question("Draw a red circle", thinking=True))


@dataclass(slots=True)
class Talk:
    """A question that is being answered."""

    question: Question
    expected: Answer
    turn: str
    conversation: str
    reader: Reader
    task: asyncio.Task[None]


class Expectations:
    """The answers that nobody interrupts, found once by asking."""

    def __init__(self) -> None:
        self._answers: dict[Question, Answer] = {}

    async def find(self, plant: Plant, question: Question) -> Answer:
        """The uninterrupted answer."""
        if question not in self._answers:
            visitor = await asyncio.to_thread(Visitor, plant)
            async with asyncio.timeout(END_SECONDS), visitor.socket() as socket:
                begun = await socket.start_turn(question.text, thinking=question.thinking)
                await socket.read_turn(begun["turn"])
            answer, turn = await asyncio.to_thread(fetch_answer, visitor, begun["conversation"])
            if turn["state"] != "finished":
                raise RuntimeError(f"{question.text!r} ended as {turn['state']} without a fault")
            self._answers[question] = answer
            visitor.http.close()
        return self._answers[question]

    async def find_all(self, plant: Plant) -> None:
        """Before any harm: a fault may begin with a queue that stands still."""
        for question in QUESTIONS:
            await self.find(plant, question)


@dataclass(slots=True)
class Stage:
    """What a fault works with. `random` decides everything that is left to chance."""

    plant: Plant
    random: Random
    expectations: Expectations
    visitor: Visitor
    faults: list[str] = field(default_factory=list)
    talks: list[Talk] = field(default_factory=list)
    met: int = 0
    struck_at: float | None = None
    seconds_to_end: float = 0.0
    taken_back: int = 0

    async def ask(self, question: Question, **reading: Any) -> Talk:
        """A new chat of this run's person, and a page that watches it."""
        expected = await self.expectations.find(self.plant, question)
        begun = await self._begin(question)
        reader = Reader(self.visitor, begun["turn"], **reading)
        task = asyncio.create_task(reader.follow())
        talk = Talk(question, expected, begun["turn"], begun["conversation"], reader, task)
        self.talks.append(talk)
        return talk

    async def _begin(self, question: Question) -> Frame:
        """As a page does it: where there is no connection, it connects and sends again."""
        request = str(uuid4())
        async with asyncio.timeout(END_SECONDS):
            while True:
                try:
                    async with self.visitor.socket() as socket:
                        return await socket.start_turn(
                            question.text, request=request, thinking=question.thinking
                        )
                except GONE:
                    await asyncio.sleep(RECONNECT_SECONDS)

    async def ask_some(self, count: int) -> list[Talk]:
        """Several at once, the first of them a long one."""
        first = self.random.choice(LONG_QUESTIONS)
        others = [question for question in QUESTIONS if question != first]
        questions = [first, *self.random.sample(others, count - 1)]
        for question in questions:
            await self.expectations.find(self.plant, question)
        return [await self.ask(question) for question in questions]

    async def reach_share(self, talk: Talk, share: float) -> None:
        """Returns when so much of the answer is shown, or it has ended."""
        wanted = share * talk.expected.characters
        await self.reach(talk, lambda: talk.reader.shown >= wanted)

    async def reach(self, talk: Talk, is_there: Callable[[], bool]) -> None:
        """Returns when it is so, or the answer has ended. Raises TimeoutError."""
        await self.wait_until(lambda: is_there() or talk.reader.ended)

    async def wait_until(self, is_so: Callable[[], bool]) -> None:
        """Returns when it is so. Raises TimeoutError."""
        async with asyncio.timeout(END_SECONDS):
            while not is_so():  # noqa: ASYNC110 (what is looked at rings no bell)
                await asyncio.sleep(LOOK_SECONDS)

    async def strike(self, act: Callable[[], Result]) -> Result:
        """Does the harm, from where the time to the end counts."""
        self._begin_harm()
        return await asyncio.to_thread(act)

    async def stop(self, talk: Talk) -> None:
        """The person stops it."""
        self._begin_harm()
        async with asyncio.timeout(END_SECONDS), self.visitor.socket() as socket:
            await socket.send(type="turn.stop", turn=talk.turn)
            await socket.send(type="ping")
            await socket.read_until("pong")

    def _begin_harm(self) -> None:
        self.struck_at = time.monotonic()
        self.met = sum(not talk.reader.ended for talk in self.talks)

    async def expect_end(self, talks: Sequence[Talk], ending: str = "turn.finished") -> None:
        """Waits for the end of all and notes what is wrong with them."""
        tasks = [talk.task for talk in talks]
        _, pending = await asyncio.wait(tasks, timeout=END_SECONDS)
        if self.struck_at is not None:
            self.seconds_to_end = max(self.seconds_to_end, time.monotonic() - self.struck_at)
        for task in pending:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if pending:
            self.faults.append(f"{len(pending)} turns did not end within {END_SECONDS:.0f} s")
        await asyncio.to_thread(self.plant.wait_until_ready)
        for talk in talks:
            if talk.reader.ended:
                await self._judge(talk, ending)

    async def _judge(self, talk: Talk, ending: str) -> None:
        verdict = judge_events(talk.reader.frames, talk.expected, ending)
        self.taken_back = max(self.taken_back, verdict.taken_back)
        found = [*verdict.faults, *await asyncio.to_thread(self._find_stored, talk, ending)]
        self.faults += [f"{talk.question.text!r}: {fault}" for fault in found]

    def _find_stored(self, talk: Talk, ending: str) -> list[str]:
        stored, turn = fetch_answer(self.visitor, talk.conversation)
        faults = []
        if count_answers(self.visitor, talk.conversation) != 1:
            faults.append("the database does not hold exactly one answer")
        if f"turn.{turn['state']}" != ending:
            faults.append(f"the database says {turn['state']}")
        difference = find_difference(stored, talk.expected)
        if difference is not None:
            faults.append(f"stored: {difference}")
        elif ending == "turn.finished" and stored != talk.expected:
            faults.append(f"only {stored.characters} of {talk.expected.characters} are stored")
        return faults
