"""What one step is asked to compute, and what came out of it, in plain data."""

from collections.abc import Sequence as Seq
from dataclasses import dataclass

from engine.errors import EngineError
from engine.protocol import TokenLogprobs
from engine.sampling import SamplingRow
from engine.scheduler import ScheduledChunk


@dataclass(frozen=True, slots=True)
class StepItem:
    """One sequence's part of a step.

    `rows` say how to draw: one for the last token of the chunk and one more for each draft, none
    when the chunk samples nothing. `drafts_wanted` is how many tokens to propose for the next step.
    `prompt_logprobs` asks for the log probabilities of the chunk's own tokens, with so many
    alternatives.
    """

    chunk: ScheduledChunk
    rows: Seq[SamplingRow] = ()
    drafts_wanted: int | None = None
    prompt_logprobs: int | None = None

    @property
    def num_rows(self) -> int:
        """Tokens that are computed: the chunk's and its drafts."""
        return self.chunk.length + len(self.chunk.drafts)

    @property
    def num_logit_rows(self) -> int:
        """Rows whose logits are wanted: all for scored prompts, else those that are drawn from."""
        return len(self.rows) if self.prompt_logprobs is None else self.num_rows


@dataclass(frozen=True, slots=True)
class StepResult:
    """What a step gave to one sequence.

    `tokens` are the sampled ones that count: the accepted drafts and the one that follows them;
    `logprobs` has an entry for each if the rows asked for them. `error` says why no token follows
    those in `tokens`. `draft_token_ids` are proposals for what comes next; `drafted_from` is the
    first position that the draft layer read in this step, None if it read nothing. `run_lengths`
    says how many of the tokens each forward pass brought, where there were several.
    """

    tokens: tuple[int, ...] = ()
    logprobs: tuple[TokenLogprobs, ...] = ()
    error: EngineError | None = None
    draft_token_ids: tuple[int, ...] = ()
    drafted_from: int | None = None
    prompt_logprobs: tuple[TokenLogprobs, ...] = ()
    run_lengths: tuple[int, ...] = ()


def judged_drafts(item: StepItem, result: StepResult) -> list[tuple[int, int]]:
    """How many drafts each forward pass of a step verified, and how many of them were right."""
    chunk = item.chunk
    lengths = result.run_lengths or ((len(result.tokens),) if result.tokens else ())
    verified = [len(chunk.drafts), *(chunk.drafts_between,) * (len(lengths) - 1)]
    pairs = zip(verified, lengths, strict=False)
    return [(drafts, length - 1) for drafts, length in pairs if drafts and length]
