"""How much memory recorded decode steps take, stated before the KV cache takes all that is left.

Recording comes after the cache is laid out, since it reads the cache by address; so the amount is
computed and not measured. `engine.bench.device_check` compares it with what a device really gave.
"""

from engine.checkpoint.config import ModelConfig
from engine.runner.decode_graphs import graph_sizes

# For each id of the vocabulary and each row: fp32 logits, their sorted copy, ids, and the sort's
# own buffers; the plain draw keeps a handful of float64 columns instead.
_BYTES_PER_LOGIT = 64
# All activations of one layer, many times over: only logits are large in a step of few rows.
_BYTES_PER_HIDDEN = 256
# What the driver keeps for the nodes of one graph of a model with 46 layers.
_BYTES_PER_GRAPH = 16 * 2**20
# Partial sums of split attention, inputs, outputs and block tables.
_FIXED_BYTES = 256 * 2**20


def graph_reserve_bytes(config: ModelConfig, *, max_batch: int, max_drafts: int) -> int:
    """Bytes to leave free for the recordings of `DecodeGraphs` with these limits.

    They share one pool of memory, so the largest step counts once.
    """
    sizes = graph_sizes(max_batch, max_drafts)
    per_row = config.vocab_size * _BYTES_PER_LOGIT + config.hidden_size * _BYTES_PER_HIDDEN
    return sizes[0].rows * per_row + len(sizes) * _BYTES_PER_GRAPH + _FIXED_BYTES
