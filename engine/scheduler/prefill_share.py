"""How one step's prefill budget is split over the prompts that are being read. Pure."""

from collections.abc import Iterable
from collections.abc import Sequence as Seq

from engine.scheduler.sequence import Sequence


def share_prefill_budget(
    prefilling: Seq[Sequence], budget_tokens: int, block_size: int
) -> list[tuple[Sequence, int]]:
    """The sequences that read in this step and the number of tokens of each.

    The most urgent go first and, among equals, the prompt with the fewest tokens left, so that a
    long one does not hold up a short one; a quarter is kept for the oldest of the most urgent, so
    that short ones do not starve it either. A prompt waits while another one reads at least half
    of the tokens that it still needs: it then finds them in the prefix cache.
    """
    order = sorted(prefilling, key=_reading_order)
    oldest = min((s for s in order if s.rank == order[0].rank), key=lambda s: s.arrival)
    shares = {oldest: min(oldest.pending_tokens, max(1, budget_tokens // 4))}
    left = budget_tokens - shares[oldest]
    for sequence in order:
        if sequence is not oldest and _is_read_by_another(sequence, shares, block_size):
            continue
        share = shares.get(sequence, 0)
        extra = min(left, sequence.pending_tokens - share)
        if extra:
            shares[sequence] = share + extra
            left -= extra
    return [(sequence, shares[sequence]) for sequence in order if sequence in shares]


def _reading_order(sequence: Sequence) -> tuple[bool, int, int, int]:
    return (*sequence.rank, sequence.pending_tokens, sequence.arrival)


def _is_read_by_another(sequence: Sequence, readers: Iterable[Sequence], block_size: int) -> bool:
    """Whether one of `readers` will compute half of what `sequence` still needs.

    Equal hashes mean equal tokens from the first one, so that one comparison tells it.
    """
    first, into_block = divmod(sequence.computed_tokens, block_size)
    if into_block or not sequence.uses_prefix_cache:
        return False
    last = first + (sequence.pending_tokens // 2 - 1) // block_size
    if last < first or last >= (len(sequence.token_ids) - 1) // block_size:
        return False
    content, end = sequence.block_hashes[last], (last + 1) * block_size
    return any(
        reader.computed_tokens < end <= len(reader.token_ids)
        and last < len(reader.block_hashes)
        and reader.block_hashes[last] == content
        for reader in readers
    )
