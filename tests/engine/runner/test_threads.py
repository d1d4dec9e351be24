"""The rule for threads, on machines and models of all sizes."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine.checkpoint.config import read_model_config
from engine.llm_engine import EngineOptions, LLMEngine
from engine.model.glm4_moe import Glm4MoeForCausalLM
from engine.model.weight_allocator import WeightAllocator
from engine.runner.threads import (
    WEIGHTS_PER_THREAD,
    active_weights,
    choose_cpu_threads,
    set_cpu_threads,
    usable_cores,
)

AIR_WEIGHTS = 12_000_000_000
NANO_WEIGHTS = 6_000_000


@pytest.fixture(autouse=True)
def same_threads_afterwards() -> Iterator[None]:
    threads = torch.get_num_threads()
    yield
    torch.set_num_threads(threads)


@pytest.mark.parametrize(
    ("cores", "weights", "threads"),
    [
        (1, NANO_WEIGHTS, 1),
        (2, NANO_WEIGHTS, 1),
        (64, NANO_WEIGHTS, 1),
        (64, WEIGHTS_PER_THREAD, 1),
        (64, WEIGHTS_PER_THREAD + 1, 2),
        (1, AIR_WEIGHTS, 1),
        (2, AIR_WEIGHTS, 1),
        (16, AIR_WEIGHTS, 15),
    ],
)
def test_one_core_is_left_and_small_models_take_few(cores: int, weights: int, threads: int) -> None:
    assert choose_cpu_threads(cores, weights) == threads


def test_the_weights_of_one_token_are_those_of_a_model_with_only_the_chosen_experts(
    checkpoint_folder: Path,
) -> None:
    config = read_model_config(checkpoint_folder)
    chosen = replace(config, n_routed_experts=config.num_experts_per_tok)
    allocator = WeightAllocator(device="meta", dtype=torch.float32)
    Glm4MoeForCausalLM(chosen, allocator)
    matrices = sum(slot.data.numel() for slot in allocator.slots.values() if slot.data.dim() == 2)
    embedding = config.vocab_size * config.hidden_size
    spared = config.n_routed_experts - config.num_experts_per_tok
    sparse_layers = config.num_hidden_layers - config.first_k_dense_replace
    unchosen_router_rows = sparse_layers * spared * config.hidden_size
    assert active_weights(config) == matrices - embedding + unchosen_router_rows


@pytest.mark.parametrize(
    ("quota", "cores"),
    [("100000 100000", 1), ("50000 100000", 1), ("max 100000", None), ("nonsense", None)],
)
def test_a_quota_of_the_control_group_counts(tmp_path: Path, quota: str, cores: int | None) -> None:
    file = tmp_path / "cpu.max"
    file.write_text(quota)
    unlimited = usable_cores(tmp_path / "missing")
    assert usable_cores(file) == (unlimited if cores is None else cores)


def test_an_engine_takes_the_threads_that_it_is_told(checkpoint_folder: Path) -> None:
    LLMEngine.from_folder(checkpoint_folder, device="cpu", options=EngineOptions(cpu_threads=3))
    assert torch.get_num_threads() == 3


def test_an_engine_that_is_told_nothing_follows_the_rule(checkpoint_folder: Path) -> None:
    torch.set_num_threads(3)
    LLMEngine.from_folder(
        checkpoint_folder, device="cpu", options=EngineOptions(compiled_step=False)
    )
    assert torch.get_num_threads() == 1


def test_beside_a_compiled_step_every_core_reads_prompts(checkpoint_folder: Path) -> None:
    torch.set_num_threads(usable_cores() + 1)
    engine = LLMEngine.from_folder(checkpoint_folder, device="cpu")
    assert torch.get_num_threads() == usable_cores()
    engine.close()


def test_a_model_on_another_device_leaves_the_threads_alone(checkpoint_folder: Path) -> None:
    torch.set_num_threads(3)
    set_cpu_threads(torch.device("cuda"), read_model_config(checkpoint_folder))
    assert torch.get_num_threads() == 3
