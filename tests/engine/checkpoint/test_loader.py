"""The loader refuses what it cannot serve, and says all of it at once."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.checkpoint.progress import LoadProgress
from engine.errors import CheckpointError
from engine.model.loading import load_model
from engine.testing.tiny_glm4_moe import write_tiny_checkpoint

Tensors = dict[str, torch.Tensor]
EXPERT = "model.layers.1.mlp.experts.3.up_proj.weight"
NORM = "model.layers.0.input_layernorm.weight"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_tiny_checkpoint(tmp_path, "air", seed=31, fp8=True, mtp=False)
    return tmp_path


def rewrite(folder: Path, changes: Tensors, without: tuple[str, ...] = ()) -> None:
    tensors = {**load_file(folder / "model.safetensors"), **changes}
    for name in without:
        del tensors[name]
    save_file(tensors, folder / "model.safetensors")


def refusal(folder: Path) -> str:
    with pytest.raises(CheckpointError) as caught:
        load_model(folder)
    return caught.value.message


def test_all_missing_and_unexpected_tensors_stand_in_one_error(folder: Path) -> None:
    extra = {"model.layers.0.self_attn.sinks": torch.zeros(6), "visual.weight": torch.zeros(2)}
    rewrite(folder, extra, without=(NORM, "lm_head.weight"))
    message = refusal(folder)
    for name in (NORM, "lm_head.weight", *extra):
        assert name in message


def test_every_wrong_shape_is_named_with_what_was_expected(folder: Path) -> None:
    rewrite(folder, {NORM: torch.zeros(32), "model.norm.weight": torch.zeros(64, 1)})
    message = refusal(folder)
    assert f"{NORM} [32] instead of [64]" in message
    assert "model.norm.weight [64, 1] instead of [64]" in message


def test_an_fp8_weight_needs_its_scale(folder: Path) -> None:
    rewrite(folder, {}, without=(f"{EXPERT}_scale",))
    assert f"missing scales: {EXPERT}_scale" in refusal(folder)


def test_a_scale_beside_a_plain_weight_is_unexpected(folder: Path) -> None:
    rewrite(folder, {EXPERT: torch.zeros(32, 64)})
    assert f"unexpected: {EXPERT}_scale" in refusal(folder)


def test_a_scale_must_fit_the_rows(folder: Path) -> None:
    rewrite(folder, {f"{EXPERT}_scale": torch.ones(64, 1)})
    assert f"{EXPERT}_scale [64, 1] instead of [32, 1]" in refusal(folder)


def test_a_type_that_is_not_understood_is_named(folder: Path) -> None:
    rewrite(folder, {NORM: torch.zeros(64, dtype=torch.int32)})
    assert f"{NORM} of type I32" in refusal(folder)


@pytest.mark.parametrize("kept", [0.0, 0.001, 0.3, 0.999])
def test_a_file_that_is_cut_off_is_damaged(folder: Path, kept: float) -> None:
    path = folder / "model.safetensors"
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])
    assert "model.safetensors is damaged" in refusal(folder)


def test_a_header_of_noise_is_damaged(folder: Path) -> None:
    path = folder / "model.safetensors"
    content = bytearray(path.read_bytes())
    content[8:40] = bytes(range(200, 232))
    path.write_bytes(content)
    assert "model.safetensors is damaged" in refusal(folder)


def test_pickles_are_never_read(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    message = refusal(folder)
    assert "pytorch_model.bin" in message
    assert "only safetensors" in message


def test_a_folder_without_weights_is_refused(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    assert "holds neither" in refusal(folder)


def test_shards_give_the_weights_of_a_single_file(tmp_path: Path) -> None:
    for name, num_shards in (("single", 1), ("sharded", 3)):
        folder = tmp_path / name
        write_tiny_checkpoint(folder, "full", seed=32, fp8=True, mtp=True, num_shards=num_shards)
    single, sharded = load_model(tmp_path / "single"), load_model(tmp_path / "sharded")
    assert torch.equal(single.head_weight.data, sharded.head_weight.data)
    for one, other in zip(single.layers, sharded.layers, strict=True):
        assert torch.equal(one.attention.qkv_weight.data, other.attention.qkv_weight.data)
        assert torch.equal(one.input_norm, other.input_norm)


def test_a_missing_shard_is_named(tmp_path: Path) -> None:
    write_tiny_checkpoint(tmp_path, "air", seed=33, fp8=True, mtp=False, num_shards=2)
    (tmp_path / "model-00002-of-00002.safetensors").unlink()
    assert "model-00002-of-00002.safetensors is missing" in refusal(tmp_path)


def test_an_index_may_not_point_out_of_the_folder(folder: Path) -> None:
    index = '{"weight_map": {"lm_head.weight": "../elsewhere.safetensors"}}'
    (folder / "model.safetensors.index.json").write_text(index)
    assert "not a plain file name" in refusal(folder)


def test_progress_ends_with_every_byte_of_the_folder(folder: Path) -> None:
    seen: list[LoadProgress] = []
    load_model(folder, progress=seen.append)
    assert [step.bytes_done for step in seen] == sorted({step.bytes_done for step in seen})
    stored = sum(tensor.nbytes for tensor in load_file(folder / "model.safetensors").values())
    assert (seen[-1].bytes_done, seen[-1].bytes_total, seen[-1].seconds_left) == (stored, stored, 0)
