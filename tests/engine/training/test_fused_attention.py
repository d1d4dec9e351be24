"""The fused attention is attention: held to PyTorch's in fp32, forward and backward."""

import pytest
import torch
from torch import Tensor

from engine.training import fused
from engine.training.attention import attend_packed

LENGTHS = ((1, 17, 64, 65, 300), (128,), (3, 2, 1), (130, 63))


def draw(tokens: int, heads: int, dim: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(tokens, heads, dim, generator=generator).bfloat16()


def has_instructions() -> bool:
    with open("/proc/cpuinfo") as file:  # noqa: PTH123
        return "avx512_bf16" in file.read()


def test_it_is_there_where_the_processor_can() -> None:
    assert fused.is_available(draw(2, 4, 64, 1)) == has_instructions()
    assert not fused.is_available(draw(2, 4, 64, 1).float())
    assert not fused.is_available(draw(2, 4, 24, 1))


@pytest.mark.parametrize("lengths", LENGTHS)
@pytest.mark.parametrize(("heads", "key_heads", "dim"), [(4, 2, 64), (8, 4, 32), (2, 2, 128)])
def test_outputs_and_gradients_are_those_of_fp32(
    lengths: tuple[int, ...], heads: int, key_heads: int, dim: int
) -> None:
    tokens = sum(lengths)
    given = [draw(tokens, count, dim, n) for n, count in enumerate((heads, key_heads, key_heads))]
    gradient = draw(tokens, heads, dim, 9)
    attend = fused.attend_packed if fused.is_available(given[0]) else attend_packed
    made = run(attend, [tensor.clone() for tensor in given], gradient, lengths)
    right = run(attend_packed, [tensor.float() for tensor in given], gradient.float(), lengths)
    for one, other in zip(made, right, strict=True):
        assert (one.float() - other).norm() <= 0.01 * other.norm()


def test_threads_change_nothing() -> None:
    given = [draw(200, count, 64, n) for n, count in enumerate((4, 2, 2))]
    gradient = draw(200, 4, 64, 9)
    attend = fused.attend_packed if fused.is_available(given[0]) else attend_packed
    before = torch.get_num_threads()
    results = []
    for threads in (1, 2):
        torch.set_num_threads(threads)
        results.append(run(attend, [t.clone() for t in given], gradient, (90, 110)))
    torch.set_num_threads(before)
    assert all(torch.equal(one, other) for one, other in zip(*results, strict=True))


def run(attend, inputs, gradient, lengths) -> list[Tensor]:  # type: ignore[no-untyped-def]
    for tensor in inputs:
        tensor.requires_grad_()
    out = attend(*inputs, lengths)
    out.backward(gradient)
    return [out.detach(), *(tensor.grad for tensor in inputs)]
