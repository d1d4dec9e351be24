"""The model over the cache: chunks, batches, types, heads wider than the hidden size."""

from pathlib import Path

import pytest
import torch

from engine.model.glm4_moe import Glm4MoeForCausalLM
from engine.model.kv_storage import KVStorage
from engine.model.loading import load_model
from engine.testing.tiny_glm4_moe import Shape, write_tiny_checkpoint
from tests.engine.model.stepper import Stepper, random_prompt, write_greedily


@pytest.fixture(scope="module", params=["air", "full"])
def model(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Glm4MoeForCausalLM:
    shape: Shape = request.param
    folder = tmp_path_factory.mktemp(shape)
    write_tiny_checkpoint(folder, shape, seed=21, fp8=True, mtp=False)
    return load_model(folder)


@pytest.mark.parametrize("chunk", [1, 7, 16, 33])
def test_a_prompt_read_in_chunks_gives_the_logits_of_one_read(
    model: Glm4MoeForCausalLM, chunk: int
) -> None:
    prompt = random_prompt(70, seed=1)
    whole = Stepper(model, 1).step({0: prompt})[0]
    stepper = Stepper(model, 1)
    parts = [
        stepper.step({0: prompt[begin : begin + chunk]})[0]
        for begin in range(0, len(prompt), chunk)
    ]
    torch.testing.assert_close(torch.cat(parts), whole, atol=5e-5, rtol=0)


def test_a_sequence_does_not_feel_its_batch_mates(model: Glm4MoeForCausalLM) -> None:
    alone = Stepper(model, 3)
    mixed = Stepper(model, 3)
    prompt = random_prompt(40, seed=2)
    expected = [alone.step({0: prompt[:30]})[0], alone.step({0: prompt[30:31]})[0]]
    mixed.step({1: random_prompt(25, seed=3)})
    first = mixed.step({2: random_prompt(9, seed=4), 0: prompt[:30], 1: [7]})[0]
    second = mixed.step({1: random_prompt(8, seed=5), 2: [9], 0: prompt[30:31]})[0]
    torch.testing.assert_close(first, expected[0], atol=5e-5, rtol=0)
    torch.testing.assert_close(second, expected[1], atol=5e-5, rtol=0)


def test_a_batch_writes_what_each_prompt_writes_alone(model: Glm4MoeForCausalLM) -> None:
    prompts = [random_prompt(length, seed=length) for length in (3, 50, 17, 1, 31)]
    alone = [write_greedily(model, [prompt], 40)[0] for prompt in prompts]
    assert write_greedily(model, prompts, 40) == alone


def test_the_last_token_depends_on_every_token_before_it(model: Glm4MoeForCausalLM) -> None:
    prompt = random_prompt(36, seed=6)
    expected = Stepper(model, 1).step({0: prompt})[0][-1]
    for place in (0, 15, 16, 34):
        changed = [*prompt[:place], (prompt[place] + 1) % 250, *prompt[place + 1 :]]
        assert not torch.equal(Stepper(model, 1).step({0: changed})[0][-1], expected)


def test_heads_need_not_add_up_to_the_hidden_size(model: Glm4MoeForCausalLM) -> None:
    config = model.config
    assert config.num_attention_heads * config.head_dim != config.hidden_size
    assert model.layers[0].attention.output_weight.data.shape == (64, 96)


def test_logits_are_fp32_also_when_the_model_computes_in_bf16(tmp_path: Path) -> None:
    write_tiny_checkpoint(tmp_path, "full", seed=22, fp8=True, mtp=False)
    prompt = random_prompt(20, seed=7)
    narrow = Stepper(load_model(tmp_path, dtype=torch.bfloat16), 1).step({0: prompt})[0]
    wide = Stepper(load_model(tmp_path), 1).step({0: prompt})[0]
    assert narrow.dtype == torch.float32
    assert torch.cosine_similarity(narrow.flatten(), wide.flatten(), dim=0) > 0.99


def test_the_bytes_of_a_block_are_those_that_the_storage_takes() -> None:
    storage = KVStorage(
        num_layers=3,
        num_blocks=5,
        block_size=16,
        num_kv_heads=2,
        head_dim=8,
        dtype=torch.bfloat16,
        device="cpu",
    )
    keys, values = storage.plain_layers()
    taken = sum(tensor.nbytes for tensor in keys + values)
    block = KVStorage.bytes_per_block(
        num_layers=3, block_size=16, num_kv_heads=2, head_dim=8, dtype=torch.bfloat16
    )
    assert taken == 5 * block
