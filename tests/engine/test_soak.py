"""Ten thousand random requests, with aborts at any moment, leave nothing behind."""

import gc
import random
import resource
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from engine.errors import EngineUnavailable, GenerationCorrupted
from engine.llm_engine import LLMEngine
from engine.protocol import TERMINAL_EVENTS, Priority
from engine.runner import ModelRunner, StepItem, StepResult
from engine.scheduler import DraftLengthPolicy, StepCosts
from tests.engine.engines import load_engine_parts, make_request

REQUESTS = 10_000
WARM_REQUESTS = 1_000
PATIENCE_STEPS = 2_000
MEBIBYTE = 2**20


class RandomRunner(ModelRunner):
    """Draws tokens and drafts by chance, accepts some drafts, and now and then is not finite."""

    def __init__(self, chance: random.Random, vocab_size: int) -> None:
        self._chance = chance
        self._vocab_size = vocab_size

    def launch(self, items: Sequence[StepItem]) -> None:
        self._items = items

    def finish(self, items: Sequence[StepItem]) -> list[StepResult]:
        assert items == self._items
        return [self._result(item) for item in items]

    def close(self) -> None:
        pass

    def _result(self, item: StepItem) -> StepResult:
        if not item.chunk.samples:
            return StepResult(drafted_from=item.chunk.start)
        if self._chance.random() < 0.002:
            return StepResult(error=GenerationCorrupted())
        accepted = self._chance.randint(0, len(item.chunk.drafts))
        tokens = (*item.chunk.drafts[:accepted], self._token())
        drafts = tuple(self._token() for _ in range(item.drafts_wanted or 0))
        start = None if item.drafts_wanted is None else item.chunk.start
        return StepResult(tokens=tokens, draft_token_ids=drafts, drafted_from=start)

    def _token(self) -> int:
        return self._chance.randrange(self._vocab_size)


class Traffic:
    """People who ask, wait, and sometimes give up."""

    def __init__(self, engine: LLMEngine, chance: random.Random) -> None:
        self.engine = engine
        self.chance = chance
        self.open: set[str] = set()
        self.ends: dict[str, int] = {}
        self.refused = 0

    def run(self, first: int, last: int) -> None:
        number = first
        while number < last:
            while number < last and len(self.open) < 24:
                self._ask(number)
                number += 1
            self._give_up()
            self._step()
        # Whoever is left is patient: nothing may need an abort to end.
        for _ in range(PATIENCE_STEPS):
            if not self.engine.has_work():
                return
            self._step()
        raise AssertionError(f"{sorted(self.open)} do not come to an end")

    def _ask(self, number: int) -> None:
        chance = self.chance
        request = make_request(
            str(number),
            "game " * chance.choice((0, 1, 5, 30, 60)),
            max_tokens=chance.randint(1, 12),
            temperature=chance.choice((0.0, 0.8)),
            priority=chance.choice(tuple(Priority)),
            n=chance.choice((1, 1, 1, 2)),
            prefill_only=chance.random() < 0.05,
        )
        try:
            self.engine.submit(request)
        except EngineUnavailable:
            self.refused += 1
        else:
            self.open.add(request.request_id)

    def _give_up(self) -> None:
        if self.open and self.chance.random() < 0.2:
            self.engine.abort(self.chance.choice(sorted(self.open)))

    def _step(self) -> None:
        for output in self.engine.step():
            for event in output.batch.events:
                if isinstance(event, TERMINAL_EVENTS):
                    self.open.remove(output.request_id)
                    self.ends[output.request_id] = self.ends.get(output.request_id, 0) + 1


def resident_bytes() -> int:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


def test_random_requests_with_aborts_leave_no_block_no_memory_and_no_thread(
    checkpoint_folder: Path,
) -> None:
    chance = random.Random(17)
    parts = load_engine_parts(checkpoint_folder, kv_memory_bytes=2_000_000, max_drafts=3)
    runner = RandomRunner(chance, parts.tokenizer.vocab_size)
    # What drafts cost on a busy machine must not decide whether there are any.
    drafts_for_nothing = dict.fromkeys((1, 2, 3), ((1, 0.0),))
    policy = DraftLengthPolicy(StepCosts(forward=((1, 1.0),), drafting=drafts_for_nothing), 3)
    engine = LLMEngine(replace(parts, runner=runner, draft_policy=policy))
    traffic = Traffic(engine, chance)
    traffic.run(0, WARM_REQUESTS)
    threads, before = threading.active_count(), resident_bytes()
    traffic.run(WARM_REQUESTS, REQUESTS)
    assert not traffic.open
    assert len(traffic.ends) + traffic.refused == REQUESTS
    assert set(traffic.ends.values()) == {1}
    stats = engine.stats()
    assert (stats.running, stats.waiting, stats.kv_blocks_used) == (0, 0, 0)
    assert stats.preemptions > 0
    assert stats.prefix_hit_tokens > 0
    assert stats.accepted_draft_tokens > 0
    assert stats.corrupted_requests > 0
    assert threading.active_count() == threads
    assert resident_bytes() - before < 40 * MEBIBYTE
