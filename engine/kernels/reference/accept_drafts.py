"""How many drafts hold: those before the first row whose own sample is another token."""

from torch import Tensor


def accept_drafts(sampled: Tensor, drafts: Tensor) -> Tensor:
    """Count the accepted drafts of each sequence: int64 [num_sequences].

    sampled: int64 [num_sequences, drafts + 1], what each row drew from its own distribution;
    drafts: int64 [num_sequences, drafts], below 0 where there is none. A sequence goes on with
    its sampled tokens up to and including the one at the returned place. Drawing with noise of the
    position alone and comparing accepts a draft with its probability, which is the rejection rule
    for drafts without probabilities of their own (Leviathan et al. 2023, arXiv:2211.17192).
    """
    holds = (sampled[:, :-1] == drafts) & (drafts >= 0)
    return holds.long().cumprod(dim=1).sum(dim=1)
