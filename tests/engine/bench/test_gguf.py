"""A GGUF file holds what the checkpoint holds, in the layout that llama.cpp reads."""

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.bench.gguf import FieldValue, GgufTensor, write_gguf
from engine.bench.gguf_glm4_moe import write_glm4_moe_gguf
from engine.bench.gguf_types import GgufType, encode_values, fitting_type, stored_bytes
from engine.checkpoint.formats import dequantize
from engine.checkpoint.loader import stream_weights
from engine.checkpoint.tensor_index import read_tensor_index
from tests.engine.bench.gguf_reader import GgufFile

RANDOM = np.random.default_rng(3)


def random_values(*shape: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return RANDOM.standard_normal(shape).astype(np.float32)


def test_fields_of_every_kind_are_read_back(tmp_path: Path) -> None:
    fields: dict[str, FieldValue] = {
        "a.text": "größe",
        "a.count": 7,
        "a.share": 0.5,
        "a.flag": True,
        "a.texts": ("x", ""),
        "a.numbers": (1, -2),
    }
    write_gguf(tmp_path / "m.gguf", fields, ())
    file = GgufFile(tmp_path / "m.gguf")
    assert (file.magic, file.version) == (b"GGUF", 3)
    assert file.fields == fields | {"a.texts": ["x", ""], "a.numbers": [1, -2]}


def test_tensors_are_aligned_and_keep_their_order(tmp_path: Path) -> None:
    odd, even = random_values(3, 5), random_values(2, 32)
    tensors = [
        GgufTensor("odd", odd.shape, GgufType.F32, lambda: odd),
        GgufTensor("even", even.shape, GgufType.F32, lambda: even),
    ]
    write_gguf(tmp_path / "m.gguf", {"general.architecture": "test"}, tensors)
    file = GgufFile(tmp_path / "m.gguf")
    assert [tensor.offset for tensor in file.tensors.values()] == [0, 64]
    np.testing.assert_array_equal(file.tensors["odd"].values, odd)
    np.testing.assert_array_equal(file.tensors["even"].values, even)


def test_a_tensor_of_another_shape_than_announced_is_refused(tmp_path: Path) -> None:
    tensor = GgufTensor("w", (2, 2), GgufType.F32, lambda: random_values(2, 3))
    with pytest.raises(ValueError, match="w is"):
        write_gguf(tmp_path / "m.gguf", {}, [tensor])


@pytest.mark.parametrize(
    ("kind", "half_step"),
    [(GgufType.F16, 0), (GgufType.Q8_0, 1 / 254), (GgufType.Q4_0, 1 / 8)],
)
def test_numbers_come_back_within_half_a_step(
    tmp_path: Path, kind: GgufType, half_step: float
) -> None:
    values = random_values(8, 64)
    values[1] = 0
    write_gguf(tmp_path / "m.gguf", {}, [GgufTensor("w", values.shape, kind, lambda: values)])
    read = GgufFile(tmp_path / "m.gguf").tensors["w"].values
    largest = np.abs(values.reshape(-1, 32)).max(axis=1, keepdims=True)
    error = np.abs(read - values).reshape(-1, 32)
    # The scale, as every float16, is rounded too.
    assert (error <= (half_step + 1 / 2048) * largest).all()
    assert not read[1].any()
    assert len(encode_values(values, kind)) == stored_bytes(kind, values.shape)


def test_rows_that_are_no_whole_blocks_and_vectors_stay_wider() -> None:
    assert fitting_type(GgufType.Q8_0, (4, 64)) is GgufType.Q8_0
    assert fitting_type(GgufType.Q8_0, (4, 40)) is GgufType.F16
    assert fitting_type(GgufType.Q8_0, (64,)) is GgufType.F32


def test_a_checkpoint_is_converted_tensor_by_tensor(fp8_folder: Path, tmp_path: Path) -> None:
    write_glm4_moe_gguf(fp8_folder, tmp_path / "m.gguf", GgufType.F32)
    file = GgufFile(tmp_path / "m.gguf")
    names = {
        "token_embd.weight": "model.embed_tokens.weight",
        "blk.0.ffn_up.weight": "model.layers.0.mlp.up_proj.weight",
        "blk.4.attn_k_norm.weight": "model.layers.4.self_attn.k_norm.weight",
        "blk.4.exp_probs_b.bias": "model.layers.4.mlp.gate.e_score_correction_bias",
        "blk.4.ffn_down_shexp.weight": "model.layers.4.mlp.shared_experts.down_proj.weight",
    }
    index = read_tensor_index(fp8_folder)
    stored = {n: dequantize(w, torch.float32) for n, w in stream_weights(index, names.values())}
    for name, source in names.items():
        np.testing.assert_array_equal(file.tensors[name].values, stored[source].numpy())
    assert len(file.tensors) == 3 + 5 * 11 + 3 * 3 + 2 * 8


def test_the_experts_of_a_layer_are_stacked(fp8_folder: Path, tmp_path: Path) -> None:
    write_glm4_moe_gguf(fp8_folder, tmp_path / "m.gguf", GgufType.F32)
    stacked = GgufFile(tmp_path / "m.gguf").tensors["blk.3.ffn_gate_exps.weight"]
    source = "model.layers.3.mlp.experts.5.gate_proj.weight"
    ((_, weight),) = stream_weights(read_tensor_index(fp8_folder), [source])
    assert stacked.shape == (8, 32, 64)
    np.testing.assert_array_equal(stacked.values[5], dequantize(weight, torch.float32).numpy())


def test_the_geometry_and_a_vocabulary_of_its_size_are_written(
    fp8_folder: Path, tmp_path: Path
) -> None:
    write_glm4_moe_gguf(fp8_folder, tmp_path / "m.gguf", GgufType.Q8_0)
    file = GgufFile(tmp_path / "m.gguf")
    assert file.fields["general.architecture"] == "glm4moe"
    assert file.fields["glm4moe.block_count"] == 5
    assert file.fields["glm4moe.rope.dimension_count"] == 8
    assert file.fields["glm4moe.expert_weights_norm"] is True
    vocabulary = file.fields["tokenizer.ggml.tokens"]
    assert len(set(vocabulary)) == file.tensors["output.weight"].shape[0]
    assert file.tensors["output.weight"].kind == GgufType.Q8_0
    assert file.tensors["blk.3.ffn_gate_inp.weight"].kind == GgufType.F32
