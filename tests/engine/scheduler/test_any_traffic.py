"""Whatever arrives, ends, stops or is thrown out: the books balance and every text is right."""

from random import Random

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from engine.errors import EngineError
from engine.kvcache import extend_hash_chain
from engine.protocol import Priority
from engine.scheduler import Scheduler, Sequence, SequenceState
from tests.engine.scheduler.builders import BLOCK_SIZE, make_scheduler, make_sequence
from tests.engine.scheduler.simulated_model import SimulatedModel, write_alone

NUM_BLOCKS = 12
_BEGINNINGS = ([5] * 9, [5] * 4 + [6] * 5, [7, 8, 9, 10, 11, 1, 2, 3, 4])


def make_prompt(beginning: int, shared_tokens: int, own_tokens: int) -> list[int]:
    """Few beginnings of several lengths, so that prompts often share one, two or no blocks."""
    return _BEGINNINGS[beginning][:shared_tokens] + [3] * own_tokens


class Traffic:
    """A scheduler under load, and what has to be true of it after every step."""

    def __init__(self, random: Random, scheduler: Scheduler) -> None:
        self.scheduler = scheduler
        self.model = SimulatedModel(scheduler, random)
        self.sequences: list[Sequence] = []
        self.expected: dict[str, list[int]] = {}
        self.stopped: set[str] = set()

    def arrive(self, prompt: list[int], new_tokens: int, priority: Priority, kind: str) -> None:
        name = str(len(self.expected))
        sequence = make_sequence(
            name,
            new_tokens=new_tokens,
            priority=priority,
            prompt=prompt,
            prefill_only=kind == "warm",
            uses_prefix_cache=kind != "logprobs",
        )
        self.expected[name] = prompt
        if kind != "warm":
            self.expected[name] = write_alone(prompt, sequence.max_total_tokens)
        try:
            self.scheduler.add(sequence)
        except EngineError:
            return
        self.sequences.append(sequence)

    def step(self, num_drafts: int, *, stop_in_flight: int | None = None) -> None:
        first = self.scheduler.running[0] if self.scheduler.running else None
        chunks = self.scheduler.schedule()
        if first is not None:
            now = self.scheduler.running[0]
            assert now is first or now.rank < first.rank, "the oldest was thrown out"
            assert self.scheduler.running[0] in {chunk.sequence for chunk in chunks}
        if stop_in_flight is not None:
            self.stop(stop_in_flight)
        for chunk in chunks:
            if chunk.sequence.state is not SequenceState.FINISHED:
                self.model.compute(chunk, num_drafts)
        self.drop_ended()

    def stop(self, number: int) -> None:
        if self.sequences:
            sequence = self.sequences[number % len(self.sequences)]
            self.stopped.add(sequence.request_id)
            self.scheduler.remove(sequence)
            self.drop_ended()

    def drop_ended(self) -> None:
        for sequence in [s for s in self.sequences if s.state is SequenceState.FINISHED]:
            self.sequences.remove(sequence)
            text = self.expected[sequence.request_id]
            if sequence.request_id in self.stopped:
                text = text[: len(sequence.token_ids)]
            assert sequence.token_ids == text

    def check(self) -> None:
        pool, running = self.scheduler.pool, self.scheduler.running
        pool.check_integrity()
        held = [block for sequence in running for block in sequence.block_table]
        assert pool.num_used == len(set(held))
        for sequence in running:
            assert len(set(sequence.block_table)) == len(sequence.block_table)
            assert len(sequence.block_table) * BLOCK_SIZE > sequence.computed_tokens - 1
            hashes: list[bytes] = []
            extend_hash_chain(hashes, sequence.token_ids, BLOCK_SIZE)
            assert hashes[: len(sequence.block_hashes)] == sequence.block_hashes
        assert running == sorted(running, key=lambda s: s.place)
        places = self.scheduler.waiting.positions()
        assert list(places.values()) == list(range(1, len(places) + 1))

    def run_to_end(self, num_drafts: int) -> None:
        for _ in range(3_000):
            if not self.sequences:
                break
            self.step(num_drafts)
        assert not self.sequences, "somebody does not come to an end"
        assert not self.scheduler.running
        self.scheduler.pool.check_idle()


class TrafficMachine(RuleBasedStateMachine):
    """Arrivals, steps and stops in any order, over a cache that is nearly always full."""

    def __init__(self) -> None:
        super().__init__()
        scheduler = make_scheduler(
            num_blocks=NUM_BLOCKS, max_running=4, max_waiting=6, budget=6, max_drafts=3
        )
        self.traffic = Traffic(Random(0), scheduler)
        self.num_drafts = 0

    @rule(
        beginning=st.integers(0, 2),
        shared_tokens=st.integers(1, 9),
        own_tokens=st.integers(0, 7),
        new_tokens=st.integers(1, 30),
        priority=st.sampled_from(list(Priority)),
        kind=st.sampled_from(["chat", "chat", "chat", "warm", "logprobs"]),
    )
    def arrive(
        self,
        beginning: int,
        shared_tokens: int,
        own_tokens: int,
        new_tokens: int,
        priority: Priority,
        kind: str,
    ) -> None:
        prompt = make_prompt(beginning, shared_tokens, own_tokens)
        self.traffic.arrive(prompt, new_tokens, priority, kind)

    @precondition(lambda self: self.traffic.sequences)
    @rule(num_drafts=st.integers(0, 3), steps=st.integers(1, 4))
    def step(self, num_drafts: int, steps: int) -> None:
        for _ in range(steps):
            self.traffic.step(num_drafts)

    @precondition(lambda self: self.traffic.sequences)
    @rule(number=st.integers(0, 20))
    def stop(self, number: int) -> None:
        self.traffic.stop(number)

    @precondition(lambda self: self.traffic.sequences)
    @rule(number=st.integers(0, 20), num_drafts=st.integers(0, 3))
    def stop_in_flight(self, number: int, num_drafts: int) -> None:
        self.traffic.step(num_drafts, stop_in_flight=number)

    @invariant()
    def the_books_balance(self) -> None:
        self.traffic.check()

    def teardown(self) -> None:
        self.traffic.run_to_end(num_drafts=2)


TrafficMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
test_any_order_of_arrivals_steps_and_stops_keeps_the_books = TrafficMachine.TestCase


def test_ten_thousand_random_requests_leave_an_idle_pool() -> None:
    random = Random(1)
    scheduler = make_scheduler(
        num_blocks=30, max_running=6, max_waiting=12, budget=24, max_drafts=3
    )
    traffic = Traffic(random, scheduler)
    while len(traffic.expected) < 10_000:
        for _ in range(random.randrange(4)):
            prompt = make_prompt(random.randrange(3), random.randint(1, 9), random.randint(0, 7))
            kind = random.choice(["chat", "chat", "chat", "warm"])
            traffic.arrive(prompt, random.randint(1, 20), random.choice(list(Priority)), kind)
        stop = random.randrange(50) if random.random() < 0.1 else None
        traffic.step(random.randrange(4), stop_in_flight=stop)
        if random.random() < 0.05:
            traffic.stop(random.randrange(50))
    traffic.run_to_end(num_drafts=1)
    counters = scheduler.pool.counters
    assert scheduler.preemptions > 100
    assert counters.evicted_blocks > 1_000
    assert 0 < counters.hit_tokens < counters.queried_tokens
