"""The benchmark prints one JSON line, and its peer computes the same tokens."""

import json
import warnings
from pathlib import Path
from typing import Any

import pytest

from engine.bench.__main__ import main
from engine.bench.measurement import Round, count_equal_tokens, summarize
from engine.testing.tiny_glm4_moe import write_tiny_checkpoint
from engine.testing.tiny_tokenizer import write_tiny_tokenizer


@pytest.fixture(scope="module")
def fp8_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """FP8 weights; no padding rows, since the peer would draw from them."""
    folder = tmp_path_factory.mktemp("bench")
    vocab_size = write_tiny_tokenizer(folder)
    write_tiny_checkpoint(folder, "full", seed=2, fp8=True, mtp=True, vocab_size=vocab_size)
    write_tiny_tokenizer(folder)
    return folder


def run_decode(capsys: pytest.CaptureFixture[str], folder: Path, *options: str) -> dict[str, Any]:
    small = ("--prompt-tokens", "20", "--new-tokens", "16", "--rounds", "1", "--device", "cpu")
    assert main(["decode", "--model", str(folder), *small, *options]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    report: dict[str, Any] = json.loads(line)
    return report


def test_decode_reports_speed_and_latency(
    fp8_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = run_decode(capsys, fp8_folder, "--batch", "3")
    assert report["batch"] == 3
    for name in ("tokens_per_second", "ttft_ms", "itl_ms"):
        assert isinstance(report[name], float)
        assert report[name] > 0


def test_the_peer_writes_the_same_tokens_from_the_same_weights(
    fp8_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        report = run_decode(capsys, fp8_folder, "--batch", "2", "--peer", "transformers")
    peer = report["peer"]
    assert isinstance(peer, dict)
    assert peer["equal_leading_tokens"] == 16
    assert report["ratio"] == round(report["tokens_per_second"] / peer["tokens_per_second"], 2)


def test_a_missing_model_is_one_sentence_and_exit_code_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["decode", "--model", str(tmp_path)]) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_figures_are_medians_over_the_rounds() -> None:
    rounds = [
        Round(started_at=0.0, step_times=times, batch=2, token_ids=(1,))
        for times in ((0.1, 0.2, 0.3), (0.2, 0.4, 0.6), (0.3, 1.3, 2.3))
    ]
    assert summarize(rounds) == {
        "tokens_per_second": 10.0,
        "tokens_per_second_range": [2.0, 20.0],
        "ttft_ms": 200.0,
        "itl_ms": 200.0,
    }


@pytest.mark.parametrize(
    ("ours", "theirs", "equal"), [((1, 2, 3), (1, 2, 3), 3), ((1, 2), (1, 3), 1), ((1,), (), 0)]
)
def test_equal_leading_tokens_are_counted(
    ours: tuple[int, ...], theirs: tuple[int, ...], equal: int
) -> None:
    assert count_equal_tokens(ours, theirs) == equal
