"""What was computed once is not computed again, except for the last token."""

import pytest

from engine.scheduler import ScheduledChunk, Scheduler, Sequence
from tests.engine.scheduler.builders import (
    make_scheduler,
    make_sequence,
    names,
    run_step,
    run_to_end,
)

PROMPT = list(range(20, 36))


def read(scheduler: Scheduler, prompt: list[int], name: str = "first") -> Sequence:
    """Compute a prompt and one token of its answer."""
    sequence = make_sequence(name, prompt=prompt, new_tokens=1)
    scheduler.add(sequence)
    run_to_end(scheduler)
    return sequence


def first_chunk(scheduler: Scheduler, sequence: Sequence) -> ScheduledChunk:
    scheduler.add(sequence)
    (chunk,) = scheduler.schedule()
    return chunk


@pytest.mark.parametrize(
    ("prompt", "hit_tokens"),
    [
        ([1, 2, 3, 4, 5, 6], 0),
        ([*PROMPT[:3], 1, 2, 3], 0),
        (PROMPT[:7], 4),
        ([*PROMPT[:9], 1, 2, 3], 8),
        (PROMPT[:15], 12),
        (PROMPT, 12),
        (PROMPT[:12], 8),
        ([*PROMPT, 1], 16),
        ([*PROMPT, 1, 2, 3], 16),
    ],
)
def test_the_longest_beginning_of_full_blocks_is_found_and_the_last_token_is_computed(
    prompt: list[int], hit_tokens: int
) -> None:
    scheduler = make_scheduler(budget=32)
    read(scheduler, PROMPT)
    sequence = make_sequence("second", prompt=prompt)
    chunk = first_chunk(scheduler, sequence)
    assert (chunk.start, chunk.length) == (hit_tokens, len(prompt) - hit_tokens)
    assert chunk.samples
    assert sequence.cached_tokens == hit_tokens
    counters = scheduler.pool.counters
    assert (counters.hit_tokens, counters.queried_tokens) == (hit_tokens, 16 + len(prompt))


def test_the_answer_is_found_in_the_next_turn() -> None:
    scheduler = make_scheduler(budget=32)
    first = make_sequence("first", prompt=PROMPT[:6], new_tokens=8)
    scheduler.add(first)
    run_to_end(scheduler)
    chunk = first_chunk(scheduler, make_sequence("second", prompt=[*first.token_ids, 9, 9]))
    assert chunk.start == 12


def test_two_that_run_share_the_blocks_of_their_beginning() -> None:
    scheduler = make_scheduler(budget=32)
    first, second = (make_sequence(name, prompt=PROMPT, new_tokens=20) for name in ("a", "b"))
    scheduler.add(first)
    run_step(scheduler)
    scheduler.add(second)
    run_step(scheduler)
    assert first.block_table[:3] == second.block_table[:3]
    assert not set(first.block_table[3:]) & set(second.block_table[3:])
    scheduler.remove(first)
    assert scheduler.pool.num_used == len(second.block_table)
    run_to_end(scheduler)


def test_siblings_in_one_step_wait_for_the_first_and_share_what_it_reads() -> None:
    scheduler = make_scheduler(budget=32)
    siblings = [make_sequence(name, prompt=PROMPT, new_tokens=2) for name in ("a", "b", "c")]
    for sibling in siblings:
        scheduler.add(sibling)
    assert [(c.sequence.request_id, c.length) for c in run_step(scheduler)] == [("a", 16)]
    second = {c.sequence.request_id: (c.start, c.length) for c in run_step(scheduler)}
    assert second == {"a": (16, 1), "b": (12, 4), "c": (12, 4)}
    assert [s.cached_tokens for s in siblings] == [0, 12, 12]


def test_a_prompt_that_shares_little_does_not_wait_for_another() -> None:
    scheduler = make_scheduler(budget=64)
    scheduler.add(make_sequence("a", prompt=PROMPT[:6]))
    scheduler.add(make_sequence("b", prompt=[*PROMPT[:6], *[1] * 12]))
    assert names(run_step(scheduler)) == ["a", "b"]


def test_who_waits_for_a_reader_that_is_stopped_reads_on_alone() -> None:
    scheduler = make_scheduler(budget=4)
    first, second = (make_sequence(name, prompt=PROMPT) for name in ("a", "b"))
    scheduler.add(first)
    scheduler.add(second)
    assert names(run_step(scheduler)) == ["a"]
    scheduler.remove(first)
    (chunk,) = scheduler.schedule()
    assert (chunk.sequence, chunk.start) == (second, 4)


def test_a_sequence_that_needs_every_position_takes_nothing_from_the_cache() -> None:
    scheduler = make_scheduler(budget=32)
    read(scheduler, PROMPT)
    sequence = make_sequence("logprobs", prompt=PROMPT, uses_prefix_cache=False)
    chunk = first_chunk(scheduler, sequence)
    assert (chunk.start, chunk.length, sequence.cached_tokens) == (0, 16, 0)
    assert scheduler.pool.counters.queried_tokens == 16


def test_a_warmed_prompt_makes_the_next_turn_short() -> None:
    scheduler = make_scheduler(budget=32)
    scheduler.add(make_sequence("warm", prompt=PROMPT, prefill_only=True))
    run_to_end(scheduler)
    assert first_chunk(scheduler, make_sequence("next", prompt=[*PROMPT, 1])).start == 16


def test_hits_make_room_for_a_prompt_that_would_not_fit_otherwise() -> None:
    scheduler = make_scheduler(num_blocks=8, budget=32)
    first = make_sequence("first", prompt=PROMPT, new_tokens=8)
    scheduler.add(first)
    run_step(scheduler)
    scheduler.add(make_sequence("stranger", prompt=[*[1] * 15], new_tokens=1))
    assert names(run_step(scheduler)) == ["first"]
    (stranger,) = scheduler.waiting
    scheduler.remove(stranger)
    scheduler.add(make_sequence("second", prompt=PROMPT[:15], new_tokens=1))
    assert names(run_step(scheduler)) == ["first", "second"]


def advance_with_drafts(scheduler: Scheduler, covers: list[int | None]) -> None:
    """Run one step per entry; the draft layer runs from that position on, or not at all."""
    for cover_from in covers:
        for chunk in scheduler.schedule():
            tokens = (1,) if chunk.samples else ()
            scheduler.advance(chunk, tokens, (), cover_from)


@pytest.mark.parametrize(
    ("covers", "draft_start"),
    [
        # Chunks of the first: 0–4, 4–8, 8–12, 12–16; the second finds 0–12.
        ([0, 4, 8, 12], 0),
        ([None, 4, 8, 12], 4),
        ([0, None, 8, 12], 8),
        ([0, 4, None, 12], 12),
        ([None, None, None, None], 12),
        # Coverage that begins inside of a block leaves the block without.
        ([0, 6, 8, 12], 8),
    ],
)
def test_the_draft_layer_goes_on_where_its_part_of_the_hits_is_unbroken(
    covers: list[int | None], draft_start: int
) -> None:
    scheduler = make_scheduler(budget=4, max_drafts=2)
    first = make_sequence("first", prompt=PROMPT)
    scheduler.add(first)
    advance_with_drafts(scheduler, covers)
    scheduler.remove(first)
    second = make_sequence("second", prompt=PROMPT)
    assert first_chunk(scheduler, second).start == 12
    assert second.draft_start == draft_start


def test_the_last_block_of_a_warmed_prompt_lacks_its_draft_part() -> None:
    scheduler = make_scheduler(budget=32, max_drafts=1)
    scheduler.add(make_sequence("warm", prompt=PROMPT, prefill_only=True))
    advance_with_drafts(scheduler, [0])
    sequence = make_sequence("next", prompt=[*PROMPT, 1])
    assert first_chunk(scheduler, sequence).start == 16
    assert sequence.draft_start == 16


def test_blocks_of_what_was_computed_wrong_are_not_found_again() -> None:
    scheduler = make_scheduler()
    prompt = list(range(12))
    wrong = make_sequence("wrong", prompt=prompt)
    scheduler.add(wrong)
    run_step(scheduler)
    scheduler.remove(wrong, forget=True)
    assert first_chunk(scheduler, make_sequence("next", prompt=prompt)).start == 0


def test_blocks_that_another_reads_too_are_forgotten_with_the_last_of_them() -> None:
    scheduler = make_scheduler()
    prompt = list(range(12))
    wrong = make_sequence("wrong", prompt=prompt)
    scheduler.add(wrong)
    run_step(scheduler)
    reader = make_sequence("reader", prompt=prompt)
    scheduler.add(reader)
    run_step(scheduler)
    assert reader.cached_tokens == 8
    scheduler.remove(wrong, forget=True)
    assert scheduler.pool.lookup(reader.block_hashes) == reader.block_table[:2]
    scheduler.remove(reader, forget=True)
    assert scheduler.pool.lookup(reader.block_hashes) == []
