"""Heads that can copy from the first step on: an induction circuit, written into the weights.

A transformer copies with two heads (Olsson et al., 2022, transformer-circuits.pub): one notes at
each position what stood before it, a later one looks for the place after the present token and
passes on what stands there. Found by training, that takes a small model millions of tokens; written
down beforehand, a drill's loss was 1.3 after 0.12 M tokens instead of 2.2 (docs/training-log.md).
Training is free to change all of it.
"""

import torch
from torch import Tensor

from engine.training.attention import Attention
from engine.training.network import Glm4MoeNetwork

# What is noted of the tokens before, and how strongly a head's find is passed on to the output,
# both against an embedding of length one.
NOTE_GAIN = 0.7
COPY_GAIN = 0.7
# The noise that is left in the rows of a head that was given a task.
KEPT_NOISE = 0.1


def write_induction(network: Glm4MoeNetwork, seed: int) -> None:
    """Give the first layer two heads that note the last two tokens, and layers after it heads that
    find an earlier place by one token or by two, in turn.

    The heads of the first layer are those that already look one and two tokens back, see
    `attention.look_back`. A network whose key heads serve a single query head notes one token, and
    finds by one only.
    """
    shape = network.shape
    generator = torch.Generator().manual_seed(seed)
    basis, one_back, two_back = (_rotation(shape.hidden_size, generator) for _ in range(3))
    group = shape.num_attention_heads // shape.num_key_value_heads
    free = shape.head_dim - shape.rotary_dim
    first, *later = [layer.self_attn for layer in network.decoder_layers()]
    with torch.no_grad():
        _note_past(first, basis, (one_back, two_back)[:group])
        for number, attention in enumerate(later[:4]):
            by_two = group > 1 and number in (1, 2)
            width = free // 2 if by_two else free
            start = 0 if number < 2 else free
            seen = basis[start : start + width]
            query, key = seen, seen @ one_back.t()
            if by_two:
                query = torch.cat([seen, seen @ one_back.t()])
                key = torch.cat([seen @ one_back.t(), seen @ two_back.t()])
            _find_and_copy(attention, query, key, network, _rotation(shape.hidden_size, generator))


def _note_past(attention: Attention, basis: Tensor, places: tuple[Tensor, ...]) -> None:
    """Head i of the first group writes what it looks at, turned by `places[i]`."""
    size = attention.shape.head_dim
    for head, place in enumerate(places):
        rows = slice(head * size, (head + 1) * size)
        attention.q_proj.weight[rows] *= KEPT_NOISE
        attention.o_proj.weight[:, rows] = NOTE_GAIN * place @ basis[:size].t()
    attention.k_proj.weight[:size] *= KEPT_NOISE
    attention.v_proj.weight[:size] = basis[:size]


def _find_and_copy(
    attention: Attention, query: Tensor, key: Tensor, network: Glm4MoeNetwork, values: Tensor
) -> None:
    """The last group looks where `key` of a place equals `query` of the present token, both in the
    dimensions that no position turns, and writes the token there so that the head reads it."""
    shape = attention.shape
    size, kept = shape.head_dim, shape.rotary_dim
    group = shape.num_attention_heads // shape.num_key_value_heads
    keys = slice((shape.num_key_value_heads - 1) * size, shape.num_key_value_heads * size)
    attention.k_proj.weight[keys] *= KEPT_NOISE
    attention.k_proj.weight[keys][kept : kept + len(key)] = key
    attention.v_proj.weight[keys] = values[:size]
    finders = range(shape.num_attention_heads - group, shape.num_attention_heads)
    for head in finders:
        rows = slice(head * size, (head + 1) * size)
        attention.q_proj.weight[rows] *= KEPT_NOISE
        attention.q_proj.weight[rows][kept : kept + len(query)] = query
    turned = torch.nn.functional.normalize(network.get_buffer("head_rotation"))
    rows = slice(finders[0] * size, (finders[0] + 1) * size)
    attention.o_proj.weight[:, rows] = COPY_GAIN * turned.t() @ values[:size].t()


def _rotation(size: int, generator: torch.Generator) -> Tensor:
    rotation: Tensor = torch.linalg.qr(torch.randn(size, size, generator=generator))[0]
    return rotation
