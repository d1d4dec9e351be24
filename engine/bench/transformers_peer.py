"""The peer: transformers' `generate` on the same weights. The only place that imports it."""

import json
import tempfile
import time
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from engine.bench.contestant import ContestantSpec, Facts, Workload
from engine.bench.measurement import Round, StepLog
from engine.checkpoint.config import read_model_config
from engine.checkpoint.formats import dequantize
from engine.checkpoint.loader import stream_weights
from engine.checkpoint.tensor_index import read_tensor_index
from engine.runner import resolve_device, resolve_dtype


class TransformersPeer:
    """`Glm4MoeForCausalLM` of transformers with its own defaults, in the dtype of the variant."""

    def __init__(self, spec: ContestantSpec) -> None:
        """Loads a widened copy of the checkpoint, which is deleted again."""
        import transformers as library

        # Any: the library's annotations do not describe how it is called.
        transformers: Any = library
        self._device = resolve_device(spec.device)
        dtype = resolve_dtype(spec.variant, self._device)
        if spec.threads is not None:
            torch.set_num_threads(spec.threads)
        self._generation_config = transformers.GenerationConfig
        transformers.logging.set_verbosity_error()
        transformers.logging.disable_progress_bar()
        load = self._fill if spec.random_weights else self._load
        self._model = load(transformers, Path(spec.model), dtype).to(self._device).eval()
        self.facts = Facts(
            name=f"transformers {transformers.__version__}",
            device=str(self._device),
            dtype=spec.variant,
            threads=torch.get_num_threads(),
            bytes_per_weight=dtype.itemsize,
            kv_itemsize=dtype.itemsize,
        )

    def _load(self, transformers: Any, folder: Path, dtype: torch.dtype) -> Any:
        with tempfile.TemporaryDirectory(prefix="atelier-bench-") as twin:
            write_plain_twin(folder, Path(twin), dtype)
            # A folder of this machine: nothing is fetched.
            return transformers.AutoModelForCausalLM.from_pretrained(  # nosec B615
                twin, dtype=dtype
            )

    def _fill(self, transformers: Any, folder: Path, dtype: torch.dtype) -> Any:
        """Weights of the library's own noise: other text, the same work."""
        config = transformers.Glm4MoeConfig.from_pretrained(folder)  # nosec B615
        with torch.device(self._device):
            return transformers.AutoModelForCausalLM.from_config(config, dtype=dtype)

    @torch.inference_mode()
    def measure(self, workload: Workload) -> Round:
        """Answer all prompts at once, greedily, each with exactly the tokens asked for."""
        inputs = torch.tensor(workload.prompts, device=self._device)
        settings = self._generation_config(
            do_sample=False, max_new_tokens=workload.new_tokens, eos_token_id=None, pad_token_id=0
        )
        log = StepLog(len(workload.prompts), time.perf_counter())
        self._model.generate(
            inputs,
            attention_mask=torch.ones_like(inputs),
            generation_config=settings,
            streamer=_StepClock(log),
        )
        return log.finish()


class _StepClock:
    """A streamer that notes when tokens come; the first call brings the prompts."""

    def __init__(self, log: StepLog) -> None:
        self._log = log
        self._has_prompts = False

    def put(self, value: torch.Tensor) -> None:
        """Called by `generate` with the tokens [batch] of each step, on the host by then."""
        if self._has_prompts:
            tokens = enumerate(value.tolist())
            self._log.note(time.perf_counter(), [(index, (one,)) for index, one in tokens])
        self._has_prompts = True

    def end(self) -> None:
        """Called by `generate` after the last token."""


def write_plain_twin(folder: Path, twin: Path, dtype: torch.dtype) -> None:
    """Write the same weights without eight-bit formats and without the MTP layer.

    FP8 weights are widened exactly as our loader widens them. The ids that end an answer are left
    out, so that every answer has the length that is asked for.
    """
    layers = read_model_config(folder).num_hidden_layers
    index = read_tensor_index(folder)
    names = [name for name in index if not is_left_out(name, layers)]
    weights = {}
    for name, weight in stream_weights(index, names):
        keep = torch.float32 if name.endswith("e_score_correction_bias") else dtype
        weights[name] = dequantize(weight, keep).contiguous().clone()
    save_file(weights, twin / "model.safetensors", {"format": "pt"})
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    for field in ("quantization_config", "eos_token_id"):
        config.pop(field, None)
    config["num_nextn_predict_layers"] = 0
    (twin / "config.json").write_text(json.dumps(config), encoding="utf-8")


def is_left_out(name: str, num_hidden_layers: int) -> bool:
    """Whether a stored tensor is a scale, or belongs to the MTP layer."""
    is_scale = name.endswith(".weight_scale")
    return is_scale or name.startswith(f"model.layers.{num_hidden_layers}.")
