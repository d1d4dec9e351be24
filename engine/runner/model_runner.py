"""Runs one step: rows through the model, tokens drawn, drafts judged and made anew.

A step is launched and waited for apart, so that the engine can work on the last step's text while
this one computes. Knows no text, no parser and no Celery.
"""

import itertools
from collections.abc import Sequence as Seq
from dataclasses import replace

import torch
from torch import Tensor

from engine.errors import EngineError, EngineUnavailable, GenerationCorrupted
from engine.protocol import ErrorCode, TokenLogprobs
from engine.runner.decode_graphs import DecodeGraphs
from engine.runner.executor import Decoded, Decoder, Executor
from engine.runner.step import StepItem, StepResult
from engine.runner.step_rows import StepRows, forward_rows
from engine.sampling import SampledRows, Sampler, draw_parameters
from engine.sampling import prompt_logprobs as score_prompt
from engine.scheduler import SequenceState


class ModelRunner:
    """One executor and one sampler. Not thread-safe: one step at a time."""

    def __init__(
        self,
        executor: Executor,
        sampler: Sampler,
        *,
        vocab_size: int,
        block_size: int,
        draft_window: int = 0,
        graphs: DecodeGraphs | None = None,
        decoder: Decoder | None = None,
    ) -> None:
        """`vocab_size` ids stand for tokens.

        `draft_window` bounds how many of a chunk's last tokens the draft layer reads, 0 is all: a
        long prompt is read sooner, and the first drafts after it know only its end. `graphs` take
        the steps that they accept off the executor, `decoder` those of several decode steps.
        """
        self._executor = executor
        self._sampler = sampler
        self._vocab_size = vocab_size
        self._block_size = block_size
        self._draft_window = draft_window
        self._graphs = graphs
        self._decoder = decoder
        self._recorded: DecodeGraphs | None = None

    @property
    def most_decode_steps(self) -> int:
        """How many decode steps an item may ask for."""
        return 1 if self._decoder is None else self._decoder.most_steps

    @torch.inference_mode()
    def launch(self, items: Seq[StepItem]) -> None:
        """Start to compute the items; all or none ask for several decode steps, as many each.

        Raises `EngineUnavailable` (out_of_memory).
        """
        if self._decoder is not None and items[0].chunk.decode_steps > 1:
            _begin_decoding(self._decoder, items)
            return
        graphs = self._graphs
        self._recorded = graphs if graphs is not None and graphs.accepts(items) else None
        try:
            if self._recorded is not None:
                self._recorded.launch(items)
            else:
                self._executor.begin(forward_rows(items, self._draft_window))
        except RuntimeError as error:
            raise _translated(error) from error

    @torch.inference_mode()
    def finish(self, items: Seq[StepItem]) -> list[StepResult]:
        """Wait for the step that was launched with `items`; a result for each, in their order.

        Raises `EngineUnavailable` (out_of_memory).
        """
        if self._decoder is not None and items[0].chunk.decode_steps > 1:
            decoded = self._decoder.finish()
            return [_take_decoded(*pair) for pair in zip(items, decoded, strict=True)]
        try:
            if self._recorded is not None:
                return self._recorded.finish(items)
            logits = self._executor.finish()
            results = [StepResult()] * len(items) if logits is None else self._draw(items, logits)
            return self._draft(items, results)
        except RuntimeError as error:
            raise _translated(error) from error

    def close(self) -> None:
        """End the executor's threads."""
        self._executor.close()

    def _draw(self, items: Seq[StepItem], logits: Tensor) -> list[StepResult]:
        """Draw all rows at once, then judge each sequence's drafts by what was drawn."""
        scored, drawn_from = self._score_prompts(items, logits)
        rows = [row for item in items for row in item.rows]
        sampled = self._sampler.sample(drawn_from, rows) if rows else None
        results, first = [], 0
        for item, prompt_logprobs in zip(items, scored, strict=True):
            result = StepResult(prompt_logprobs=prompt_logprobs)
            if item.rows and sampled is not None:
                result = _judge(item, sampled, first, prompt_logprobs)
            results.append(result)
            first += len(item.rows)
        return results

    def _score_prompts(
        self, items: Seq[StepItem], logits: Tensor
    ) -> tuple[list[tuple[TokenLogprobs, ...]], Tensor]:
        """Log probabilities of prompt tokens, and the logits of the rows that are drawn from."""
        scored: list[tuple[TokenLogprobs, ...]] = [()] * len(items)
        if all(item.prompt_logprobs is None for item in items):
            return scored, logits
        kept: list[Tensor] = []
        first = 0
        for index, item in enumerate(items):
            end = first + item.num_logit_rows
            if item.prompt_logprobs is not None:
                scored[index] = self._score_prompt(item, item.prompt_logprobs, logits[first:end])
            kept.append(logits[end - len(item.rows) : end])
            first = end
        return scored, torch.cat(kept)

    def _score_prompt(
        self, item: StepItem, num_top: int, logits: Tensor
    ) -> tuple[TokenLogprobs, ...]:
        start = item.chunk.start + 1
        following = item.chunk.sequence.token_ids[start : start + item.chunk.length]
        return score_prompt(
            logits[: len(following)], following, num_top=num_top, vocab_size=self._vocab_size
        )

    def _draft(self, items: Seq[StepItem], results: list[StepResult]) -> list[StepResult]:
        """Let the draft layer read what is known now and propose what may follow."""
        drafting = [index for index, item in enumerate(items) if _may_draft(item)]
        following = {index: _following(items[index], results[index]) for index in drafting}
        drafting = [index for index in drafting if following[index]]
        if not drafting:
            return results
        first_rows = list(itertools.accumulate((item.num_rows for item in items), initial=0))
        rows = StepRows()
        hidden_rows: list[int] = []
        for index in drafting:
            chunk, known = items[index].chunk, following[index]
            skipped = max(0, len(known) - self._draft_window) if self._draft_window else 0
            start = chunk.start + skipped
            context_start = start if skipped else chunk.sequence.draft_start
            rows.add(chunk.sequence, known[skipped:], start, context_start)
            first = first_rows[index] + skipped
            hidden_rows.extend(range(first, first + len(known) - skipped))
        proposals = self._executor.draft(rows, hidden_rows, self._wanted(items, rows, drafting))
        for place, index in enumerate(drafting):
            result = results[index]
            results[index] = replace(
                result,
                draft_token_ids=proposals[place] if result.tokens else (),
                drafted_from=rows.positions[rows.query_starts[place]],
            )
        return results

    def _wanted(self, items: Seq[StepItem], rows: StepRows, drafting: Seq[int]) -> int:
        """How many drafts all sequences want and have room for in their blocks.

        The second draft and those after it are computed at positions beyond the step's own.
        """
        wanted = max((items[index].drafts_wanted or 0 for index in drafting), default=0)
        for place, table in enumerate(rows.block_tables):
            room = len(table) * self._block_size - rows.context_lengths[place]
            wanted = min(wanted, room + 1)
        return wanted


def _begin_decoding(decoder: Decoder, items: Seq[StepItem]) -> None:
    """Several decode steps, with as many drafts between them as the chunks have room for."""
    rows = forward_rows(items)
    draws = draw_parameters([item.rows[0] for item in items])
    steps, drafts = items[0].chunk.decode_steps, items[0].chunk.drafts_between
    if not drafts:
        decoder.begin(rows, draws, steps)
        return
    starts = [item.chunk.sequence.draft_start for item in items]
    decoder.begin_drafting(rows, draws, steps, drafts, starts)


def _take_decoded(item: StepItem, decoded: Decoded) -> StepResult:
    """The tokens of one sequence, up to the step whose logits were not finite."""
    tokens = [token for run in decoded.runs for token in run]
    lengths = tuple(len(run) for run in decoded.runs)
    if tokens[-1] < 0:
        lengths = (*lengths[:-1], lengths[-1] - 1)
        return StepResult(tuple(tokens[:-1]), error=GenerationCorrupted(), run_lengths=lengths)
    return StepResult(
        tokens=tuple(tokens),
        draft_token_ids=decoded.drafts,
        drafted_from=item.chunk.start if decoded.drafts else None,
        run_lengths=lengths,
    )


def _may_draft(item: StepItem) -> bool:
    """Whether drafts are wanted and can be made: an answer that was ended while its step ran, as
    by a stop string, has given its blocks back."""
    is_finished = item.chunk.sequence.state is SequenceState.FINISHED
    return item.drafts_wanted is not None and not is_finished


def _following(item: StepItem, result: StepResult) -> list[int]:
    """The tokens that follow the chunk's positions, as far as they are known."""
    first = item.chunk.start + 1
    return [*item.chunk.sequence.token_ids[first : first + item.chunk.length], *result.tokens]


def _judge(
    item: StepItem, sampled: SampledRows, first: int, prompt_logprobs: tuple[TokenLogprobs, ...]
) -> StepResult:
    """Keep the drawn tokens as long as the row they came from had read the right tokens.

    Row j read the first j drafts. Each row was drawn from its own full distribution, so a draft is
    accepted with just the probability that the model gives it, and what is drawn in its place is
    what would have been drawn without drafts: the one-hot case of speculative sampling (Leviathan
    et al. 2023, arXiv:2211.17192), with text that does not depend on the drafts at all.
    """
    tokens: list[int] = []
    error: EngineError | None = None
    for row in range(len(item.rows)):
        token = sampled.tokens[first + row]
        if token is None:
            error = sampled.error(first + row)
            break
        tokens.append(token)
        if row < len(item.chunk.drafts) and item.chunk.drafts[row] != token:
            break
    entries = sampled.logprobs[first : first + len(tokens)]
    logprobs = tuple(entry for entry in entries if entry is not None)
    return StepResult(
        tokens=tuple(tokens), logprobs=logprobs, error=error, prompt_logprobs=prompt_logprobs
    )


def _translated(error: RuntimeError) -> Exception:
    """Out of memory as an error with a code; torch's CPU allocator has no class of its own."""
    if isinstance(error, torch.OutOfMemoryError) or "can't allocate memory" in str(error):
        return EngineUnavailable(ErrorCode.OUT_OF_MEMORY)
    return error
