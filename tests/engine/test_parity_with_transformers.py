"""The engine against transformers' Glm4MoeForCausalLM, on the same files, on the CPU, in fp32."""

import importlib
import warnings
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.model.glm4_moe import Glm4MoeForCausalLM
from engine.model.loading import load_model
from engine.testing.tiny_glm4_moe import Shape, write_tiny_checkpoint, write_widened_twin
from tests.engine.model.stepper import Stepper, random_prompt, write_greedily

PROMPT_LENGTHS = (5, 37, 1, 64, 18)
PROMPTS = [random_prompt(length, seed=length) for length in PROMPT_LENGTHS]
TOLERANCE = 1e-4


def load_reference(folder: Path) -> Any:
    """transformers' model of the same folder; its own warnings are not this project's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        transformers: Any = importlib.import_module("transformers")

        transformers.logging.set_verbosity_error()
        transformers.logging.disable_progress_bar()
        model = transformers.Glm4MoeForCausalLM.from_pretrained(folder, dtype=torch.float32)
    return model.eval()


def reference_logits(reference: Any, tokens: list[int]) -> torch.Tensor:
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logits: torch.Tensor = reference(torch.tensor([tokens]), use_cache=False).logits[0]
    return logits


def reference_text(reference: Any, prompt: list[int], num_tokens: int) -> list[int]:
    """Greedy continuation that no end-of-text token cuts short."""
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        output = reference(torch.tensor([prompt]), use_cache=True)
        written = [int(output.logits[0, -1].argmax())]
        while len(written) < num_tokens:
            output = reference(
                torch.tensor([written[-1:]]),
                past_key_values=output.past_key_values,
                use_cache=True,
            )
            written.append(int(output.logits[0, -1].argmax()))
    return written


@pytest.fixture(scope="module", params=["air", "full"])
def pair(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Glm4MoeForCausalLM, Any]:
    """Engine and reference on one checkpoint whose linears are stored in bf16."""
    shape: Shape = request.param
    folder = tmp_path_factory.mktemp(f"bf16-{shape}")
    write_tiny_checkpoint(folder, shape, seed=11, fp8=False, mtp=True)
    return load_model(folder), load_reference(folder)


@pytest.fixture(scope="module", params=["air", "full"])
def fp8_folders(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    """An FP8 checkpoint and its twin with the weights widened to fp32."""
    shape: Shape = request.param
    folder = tmp_path_factory.mktemp(f"fp8-{shape}")
    write_tiny_checkpoint(folder / "fp8", shape, seed=12, fp8=True, mtp=True)
    write_widened_twin(folder / "fp8", folder / "twin")
    return folder / "fp8", folder / "twin"


def test_logits_equal_those_of_transformers(pair: tuple[Glm4MoeForCausalLM, Any]) -> None:
    model, reference = pair
    for prompt in PROMPTS:
        ours = Stepper(model, 1).step({0: prompt})[0]
        torch.testing.assert_close(
            ours, reference_logits(reference, prompt), atol=TOLERANCE, rtol=0
        )


def test_greedy_text_equals_that_of_transformers_alone_and_in_a_batch(
    pair: tuple[Glm4MoeForCausalLM, Any],
) -> None:
    model, reference = pair
    expected = [reference_text(reference, prompt, 64) for prompt in PROMPTS]
    assert [write_greedily(model, [prompt], 64)[0] for prompt in PROMPTS] == expected
    assert write_greedily(model, PROMPTS, 64) == expected
    assert all(len(set(text)) > 8 for text in expected), "the texts are too dull to prove much"


def test_an_fp8_checkpoint_computes_exactly_what_its_widened_twin_computes(
    fp8_folders: tuple[Path, Path],
) -> None:
    fp8, twin = (load_model(folder) for folder in fp8_folders)
    for prompt in PROMPTS:
        ours = Stepper(fp8, 1).step({0: prompt})[0]
        assert torch.equal(ours, Stepper(twin, 1).step({0: prompt})[0])
    assert write_greedily(fp8, PROMPTS, 64) == write_greedily(twin, PROMPTS, 64)


def test_an_fp8_checkpoint_agrees_with_transformers_on_the_widened_twin(
    fp8_folders: tuple[Path, Path],
) -> None:
    model, reference = load_model(fp8_folders[0]), load_reference(fp8_folders[1])
    ours = Stepper(model, 1).step({0: PROMPTS[1]})[0]
    expected = reference_logits(reference, PROMPTS[1])
    torch.testing.assert_close(ours, expected, atol=TOLERANCE, rtol=0)
