"""Lays the tokens of a step out in rows: which token, at which position, of which sequence.

Plain lists: every executor turns them into what it computes with.
"""

from collections.abc import Iterable
from collections.abc import Sequence as Seq
from dataclasses import dataclass, field

from engine.runner.step import StepItem
from engine.scheduler import Sequence


@dataclass(slots=True)
class StepRows:
    """Rows of several sequences, packed one after another.

    `query_starts` [num_sequences + 1] are offsets into the rows, `context_lengths` count the tokens
    in the cache after the step, `context_starts` the positions where attention begins.
    `sample_rows` are the rows whose logits are wanted, `hidden_rows` those whose hidden states the
    draft layer may ask for.
    """

    token_ids: list[int] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    query_starts: list[int] = field(default_factory=lambda: [0])
    context_lengths: list[int] = field(default_factory=list)
    context_starts: list[int] = field(default_factory=list)
    block_tables: list[Seq[int]] = field(default_factory=list)
    sample_rows: list[int] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)

    @property
    def num_rows(self) -> int:
        """All rows."""
        return len(self.token_ids)

    def add(
        self, sequence: Sequence, token_ids: Iterable[int], start: int, context_start: int
    ) -> None:
        """Append the rows of one sequence, `token_ids` from position `start` on."""
        self.token_ids.extend(token_ids)
        end = start + len(self.token_ids) - self.query_starts[-1]
        self.positions.extend(range(start, end))
        self.query_starts.append(len(self.token_ids))
        self.context_lengths.append(end)
        self.context_starts.append(context_start)
        self.block_tables.append(sequence.block_table)

    def select(self, sequences: Seq[int]) -> "StepRows":
        """The rows of some of the sequences, by number and in their order."""
        if len(sequences) == len(self.context_lengths):
            return self
        part = StepRows()
        for index in sequences:
            first, end = self.query_starts[index], self.query_starts[index + 1]
            shift = part.num_rows - first
            part.token_ids += self.token_ids[first:end]
            part.positions += self.positions[first:end]
            part.query_starts.append(part.num_rows)
            part.context_lengths.append(self.context_lengths[index])
            part.context_starts.append(self.context_starts[index])
            part.block_tables.append(self.block_tables[index])
            part.sample_rows += [row + shift for row in self.sample_rows if first <= row < end]
            part.hidden_rows += [row + shift for row in self.hidden_rows if first <= row < end]
        return part


def forward_rows(items: Iterable[StepItem], draft_window: int = 0) -> StepRows:
    """The rows of the main model: each chunk's tokens, then its drafts.

    The draft layer reads at most `draft_window` positions of a chunk, 0 is all.
    """
    rows = StepRows()
    for item in items:
        chunk = item.chunk
        sequence, first = chunk.sequence, rows.num_rows
        tokens = sequence.token_ids[chunk.start : chunk.start + chunk.length]
        rows.add(sequence, (*tokens, *chunk.drafts), chunk.start, 0)
        end = rows.num_rows
        rows.sample_rows.extend(range(end - item.num_logit_rows, end))
        if item.drafts_wanted is not None:
            # The last position is not read where the token that follows it is not known.
            earliest = end - draft_window - 1 if draft_window else first
            rows.hidden_rows.extend(range(max(first, earliest), end))
    return rows
