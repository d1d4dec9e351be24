"""Drives a model step by step over a cache whose blocks are handed out in a scrambled order."""

import torch
from torch import Tensor

from engine.model.attention_metadata import PackedMetadata
from engine.model.glm4_moe import Glm4MoeForCausalLM
from engine.model.kv_storage import KVStorage

BLOCK_SIZE = 16
BLOCKS_PER_SEQUENCE = 12


class Stepper:
    """Keeps sequences by index and runs any mix of them in one packed step."""

    def __init__(
        self,
        model: Glm4MoeForCausalLM,
        num_sequences: int,
        kv_dtype: torch.dtype | None = None,
    ) -> None:
        config = model.config
        num_blocks = num_sequences * BLOCKS_PER_SEQUENCE
        order = torch.randperm(num_blocks, generator=torch.Generator().manual_seed(5))
        self.model = model
        self.block_tables = order.view(num_sequences, BLOCKS_PER_SEQUENCE)
        self.lengths = [0] * num_sequences
        self.kv = KVStorage(
            num_layers=config.num_hidden_layers,
            num_blocks=num_blocks,
            block_size=BLOCK_SIZE,
            num_kv_heads=config.num_key_value_heads,
            head_dim=config.head_dim,
            dtype=kv_dtype or model.dtype,
            device="cpu",
        )

    def step(self, tokens: dict[int, list[int]]) -> dict[int, Tensor]:
        """Append the tokens of each sequence; returns logits [len(tokens), vocab] of each."""
        starts, positions, slots, contexts = [0], [], [], []
        for sequence, new_tokens in tokens.items():
            begin = self.lengths[sequence]
            self.lengths[sequence] = end = begin + len(new_tokens)
            contexts.append(end)
            starts.append(starts[-1] + len(new_tokens))
            place = torch.arange(begin, end)
            positions.append(place)
            blocks = self.block_tables[sequence][place // BLOCK_SIZE]
            slots.append(blocks * BLOCK_SIZE + place % BLOCK_SIZE)
        metadata = PackedMetadata(
            query_starts=tuple(starts),
            context_lengths=tuple(contexts),
            context_starts=(0,) * len(contexts),
            block_tables=self.block_tables[list(tokens)],
            slot_mapping=torch.cat(slots),
        )
        token_ids = torch.tensor([token for new in tokens.values() for token in new])
        hidden = self.model.forward(token_ids, torch.cat(positions), self.kv, metadata)
        logits = self.model.compute_logits(hidden)
        sizes = [len(new) for new in tokens.values()]
        return dict(zip(tokens, torch.split(logits, sizes), strict=True))


def write_greedily(
    model: Glm4MoeForCausalLM, prompts: list[list[int]], num_tokens: int
) -> list[list[int]]:
    """The most likely continuation of each prompt, all prompts in one batch."""
    stepper = Stepper(model, len(prompts))
    pending = dict(enumerate(prompts))
    written: list[list[int]] = [[] for _ in prompts]
    for _ in range(num_tokens):
        for sequence, logits in stepper.step(pending).items():
            token = int(logits[-1].argmax())
            written[sequence].append(token)
            pending[sequence] = [token]
    return written


def random_prompt(length: int, seed: int, vocab_size: int = 250) -> list[int]:
    """Token ids that name the same prompt in every test run."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, vocab_size, (length,), generator=generator).tolist()
