"""The peer: transformers' `generate` on the same weights. The only place that imports it."""

import json
import time
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from engine.bench.decode import Prompts
from engine.bench.measurement import Round
from engine.checkpoint.config import read_model_config
from engine.checkpoint.formats import dequantize
from engine.checkpoint.loader import stream_weights
from engine.checkpoint.tensor_index import read_tensor_index
from engine.runner import resolve_device, resolve_dtype


class TransformersPeer:
    """`Glm4MoeForCausalLM` of transformers with its own defaults."""

    def __init__(self, folder: Path, twin: Path, *, device: str, dtype: str) -> None:
        """Writes the widened twin of `folder` into the empty folder `twin` and loads it."""
        import transformers as library

        # Any: the library's annotations do not describe how it is called.
        transformers: Any = library
        torch_device = resolve_device(device)
        torch_dtype = resolve_dtype(dtype, torch_device)
        write_plain_twin(folder, twin, torch_dtype)
        self.name = f"transformers {transformers.__version__}"
        self._device = torch_device
        self._generation_config = transformers.GenerationConfig
        transformers.logging.disable_progress_bar()
        model = transformers.AutoModelForCausalLM.from_pretrained(twin, dtype=torch_dtype)
        self._model = model.to(torch_device).eval()

    @torch.inference_mode()
    def measure(self, prompts: Prompts, new_tokens: int) -> Round:
        """Answer all prompts at once, greedily, each with exactly `new_tokens` tokens."""
        inputs = torch.tensor(prompts, device=self._device)
        settings = self._generation_config(
            do_sample=False, max_new_tokens=new_tokens, eos_token_id=None, pad_token_id=0
        )
        clock = _StepClock()
        started_at = time.perf_counter()
        output = self._model.generate(
            inputs,
            attention_mask=torch.ones_like(inputs),
            generation_config=settings,
            streamer=clock,
        )
        answer = tuple(output[0, inputs.shape[1] :].tolist())
        return Round(started_at, tuple(clock.times[1:]), len(prompts), answer)


class _StepClock:
    """A streamer that notes when tokens come; the first call brings the prompt."""

    def __init__(self) -> None:
        self.times: list[float] = []

    def put(self, value: torch.Tensor) -> None:
        """Called by `generate` with the tokens of each step, which are on the host by then."""
        del value
        self.times.append(time.perf_counter())

    def end(self) -> None:
        """Called by `generate` after the last token."""


def write_plain_twin(folder: Path, twin: Path, dtype: torch.dtype) -> None:
    """Write the same weights without eight-bit formats and without the MTP layer.

    FP8 weights are widened exactly as our loader widens them. The ids that end an answer are left
    out, so that every answer has the length that is asked for.
    """
    layers = read_model_config(folder).num_hidden_layers
    index = read_tensor_index(folder)
    names = [name for name in index if not _is_left_out(name, layers)]
    weights = {}
    for name, weight in stream_weights(index, names):
        keep = torch.float32 if name.endswith("e_score_correction_bias") else dtype
        weights[name] = dequantize(weight, keep).contiguous().clone()
    twin.mkdir(parents=True, exist_ok=True)
    save_file(weights, twin / "model.safetensors", {"format": "pt"})
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    for field in ("quantization_config", "eos_token_id"):
        config.pop(field, None)
    config["num_nextn_predict_layers"] = 0
    (twin / "config.json").write_text(json.dumps(config), encoding="utf-8")


def _is_left_out(name: str, num_hidden_layers: int) -> bool:
    is_scale = name.endswith(".weight_scale")
    return is_scale or name.startswith(f"model.layers.{num_hidden_layers}.")
