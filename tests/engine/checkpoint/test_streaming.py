"""Loading takes little memory beside the weights; a region reads only its rows."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.checkpoint.loader import load_weights, stream_weights
from engine.checkpoint.progress import LoadProgress
from engine.checkpoint.tensor_index import read_tensor_index
from engine.checkpoint.weight_slot import WeightSlot
from engine.errors import CheckpointError
from engine.testing.tiny_glm4_moe import write_tiny_checkpoint

MEBIBYTE = 2**20
VOCABULARY = 2_400_000
MEASURE = """
import sys
from pathlib import Path
import torch
from engine.model.loading import load_model

def peak_bytes():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))

(torch.ones(64, 64, dtype=torch.bfloat16).float() @ torch.ones(64, 64)).sum()
before = peak_bytes()
model = load_model(Path(sys.argv[1]), dtype=torch.bfloat16)
print(peak_bytes() - before - 2 * model.embedding.nbytes)
"""


@pytest.fixture(scope="module")
def large_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """614 MB, nearly all of it in embedding and head."""
    folder = tmp_path_factory.mktemp("large")
    write_tiny_checkpoint(folder, "air", seed=61, fp8=True, mtp=False)
    tensors = load_file(folder / "model.safetensors")
    for name in ("model.embed_tokens.weight", "lm_head.weight"):
        tensors[name] = torch.ones(VOCABULARY, 64, dtype=torch.bfloat16)
    save_file(tensors, folder / "model.safetensors")
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "vocab_size": VOCABULARY}))
    return folder


def test_loading_takes_little_memory_beside_the_weights(large_folder: Path) -> None:
    size = (large_folder / "model.safetensors").stat().st_size
    assert size > 600_000_000
    command = [sys.executable, "-c", MEASURE, str(large_folder)]
    measured = subprocess.run(command, check=True, capture_output=True, text=True)
    assert int(measured.stdout) < 100 * MEBIBYTE


def test_a_tensor_larger_than_a_piece_arrives_whole(tmp_path: Path) -> None:
    weight = torch.arange(5_000_000, dtype=torch.float32).view(-1, 50)
    save_file({"w": weight, "v": torch.arange(3.0)}, tmp_path / "model.safetensors")
    slots = {
        "w": WeightSlot(torch.zeros(100_000, 50), (100_000, 50)),
        "v": WeightSlot(torch.zeros(3), (3,)),
    }
    load_weights(read_tensor_index(tmp_path), slots, num_readers=3)
    assert torch.equal(slots["w"].data, weight)
    assert slots["v"].data.tolist() == [0, 1, 2]
    streamed = dict(stream_weights(read_tensor_index(tmp_path), ["w"]))["w"]
    assert isinstance(streamed, torch.Tensor)
    assert torch.equal(streamed, weight)


def test_one_device_of_several_reads_only_its_rows_and_columns(tmp_path: Path) -> None:
    weight = torch.arange(96, dtype=torch.float32).view(12, 8)
    save_file({"w": weight}, tmp_path / "model.safetensors")
    seen: list[LoadProgress] = []
    slot = WeightSlot(torch.zeros(6, 4), (12, 8), first_row=6, first_column=4)
    load_weights(read_tensor_index(tmp_path), {"w": slot}, seen.append)
    assert torch.equal(slot.data, weight[6:, 4:])
    assert seen[-1].bytes_total == 6 * 8 * 4


@pytest.mark.parametrize("value", [0.0, -1.0, float("nan"), float("inf")])
def test_a_scale_must_be_a_number_above_zero(tmp_path: Path, value: float) -> None:
    tensors = {
        "w.weight": torch.ones(4, 8).to(torch.float8_e4m3fn),
        "w.weight_scale": torch.tensor([1.0, 1.0, value, 1.0]),
    }
    save_file(tensors, tmp_path / "model.safetensors")
    slots = {"w.weight": WeightSlot(torch.zeros(4, 8), (4, 8))}
    with pytest.raises(CheckpointError, match=r"model\.safetensors: w\.weight_scale holds"):
        load_weights(read_tensor_index(tmp_path), slots)


def test_a_file_that_shrinks_while_it_is_read_is_damaged(tmp_path: Path) -> None:
    save_file({"w": torch.zeros(1000, 10)}, tmp_path / "model.safetensors")
    index = read_tensor_index(tmp_path)
    content = (tmp_path / "model.safetensors").read_bytes()
    (tmp_path / "model.safetensors").write_bytes(content[:20_000])
    slots = {"w": WeightSlot(torch.zeros(1000, 10), (1000, 10))}
    with pytest.raises(CheckpointError, match=r"model\.safetensors is damaged.*cut off"):
        load_weights(index, slots)


def test_what_fails_in_a_report_ends_the_loading(tmp_path: Path) -> None:
    save_file({"w": torch.zeros(1000, 10)}, tmp_path / "model.safetensors")

    def report(progress: object) -> None:
        raise RuntimeError("nobody listens")

    slots = {"w": WeightSlot(torch.zeros(1000, 10), (1000, 10))}
    with pytest.raises(RuntimeError, match="nobody listens"):
        load_weights(read_tensor_index(tmp_path), slots, report)
