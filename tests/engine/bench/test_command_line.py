"""Every command prints JSON lines, its peer computes the same tokens, and errors are sentences."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.bench.__main__ import main

TINY = ("--device", "cpu", "--threads", "1", "--quiet-seconds", "0")
SHORT = ("--prompt-tokens", "20", "--new-tokens", "16", "--rounds", "1")
NO_LLAMA = ("--llama-python", "/nowhere/python")


def run(capsys: pytest.CaptureFixture[str], command: str, *options: object) -> list[dict[str, Any]]:
    assert main([command, *TINY, *map(str, options)]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_decode_reports_speed_latency_and_bandwidth(
    fp8_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--model", fp8_folder, *SHORT, "--batch", "3", "--busy", "1")
    (report,) = run(capsys, "decode", *options)
    assert report["batch"] == 3
    assert report["calls"] == 2
    for name in ("tokens_per_second", "ttft_ms", "itl_ms"):
        assert report[name] > 0
        assert report["busy"][name] > 0
    bandwidth = report["bandwidth"]
    read = bandwidth["weight_bytes_per_step"] + bandwidth["kv_bytes_per_step"]
    rate = read * report["tokens_per_second"] / 3 / 1e9
    assert bandwidth["read_gb_per_s"] == pytest.approx(rate, abs=0.01)


def test_peers_write_the_same_tokens_from_the_same_weights(
    fp8_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    peers = ("--peer", "transformers", "llama.cpp", *NO_LLAMA)
    (report,) = run(capsys, "decode", "--model", fp8_folder, *SHORT, "--batch", "2", *peers)
    assert report["peers"]["llama.cpp"] == "not installed"
    peer = report["peers"]["transformers"]
    assert peer["ways"]["float32"]["equal_leading_tokens"] == 16
    fastest = max(way["tokens_per_second"] for way in peer["ways"].values())
    assert peer["ways"][peer["best"]]["tokens_per_second"] == fastest
    assert peer["ratio"] == pytest.approx(report["tokens_per_second"] / fastest, rel=0.01)


def test_prefill_reports_each_length_and_a_second_turn(
    fp8_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--prompt-tokens", 10, 40, "--rounds", 2, "--second-turn")
    (report,) = run(capsys, "prefill", "--model", fp8_folder, *options)
    assert [one["prompt_tokens"] for one in report["prompts"]] == [10, 40]
    assert all(one["ttft_ms"] > 0 for one in report["prompts"])
    turn = report["second_turn"]
    assert turn["times_sooner"] == pytest.approx(turn["cold_ttft_ms"] / turn["ttft_ms"], rel=0.05)


def test_serve_answers_every_arrival_of_every_rate(
    fp8_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--rate", 10, 20, "--seconds", 1, "--new-tokens", 8, "--target-ttft-ms", 60_000)
    (report,) = run(capsys, "serve", "--model", fp8_folder, *options, "--target-itl-ms", 60_000)
    assert [one["rate"] for one in report["rates"]] == [10.0, 20.0]
    for one in report["rates"]:
        assert one["requests"] > 0
        assert one["failed"] == 0
        assert one["all_ended"] is True
        assert one["share_within_targets"] == 1.0
        assert one["tokens_per_second"] > 0


def test_kernels_reports_a_step_by_its_rows(
    fp8_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (report,) = run(capsys, "kernels", "--model", fp8_folder, *SHORT, "--rows", 1, 4)
    assert [one["rows"] for one in report["steps"]] == [1, 4]
    assert report["steps"][0]["read_mb"] < report["steps"][1]["read_mb"]


def test_drafts_are_compared_on_the_same_answers(
    fp8_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (report,) = run(capsys, "decode", "--model", fp8_folder, *SHORT, "--drafts", 0)
    greedy, advised = report["temperatures"]
    assert (greedy["temperature"], advised["temperature"]) == (0.0, "advised")
    assert greedy["drafts"][0]["max_drafts"] == 0
    assert greedy["drafts"][0]["tokens_per_forward"] == 1.0


def test_drafts_that_are_forced_are_made_in_every_step(
    fp8_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--model", fp8_folder, *SHORT, "--drafts", 1, "--forced")
    (report,) = run(capsys, "decode", *options)
    assert report["forced"] is True
    # The noise of this model foresees nothing, so by its own choice the engine would not draft.
    for temperature in report["temperatures"]:
        (one,) = temperature["drafts"]
        assert one["tokens_per_forward"] == pytest.approx(1 + one["acceptance"], abs=0.1)


def test_all_prints_one_line_for_each_promised_figure(
    fp8_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    peers = ("--peer", "llama.cpp", *NO_LLAMA, "--drafts", 0)
    lines = run(capsys, "all", "--model", fp8_folder, *SHORT, *peers, "--long-prompt-tokens", 40)
    by_name = {line["figure"]: line for line in lines}
    assert len(by_name) == len(lines) == 9
    missing = by_name["decode, 1 at once: ours by llama.cpp"]
    assert (missing["value"], missing["met"]) == (None, None)
    assert missing["note"] == "llama.cpp: not installed"
    beside_busy = by_name["decode, 1 at once, beside a busy process: by the idle figure"]
    assert beside_busy["met"] is (beside_busy["value"] >= 0.5)


def test_a_published_geometry_is_measured_without_its_weights(
    capsys: pytest.CaptureFixture[str],
) -> None:
    options = ("--random-weights", "nano", "--num-layers", 2, *SHORT)
    (report,) = run(capsys, "decode", *options)
    assert report["model"] == "random-nano"
    assert report["tokens_per_second"] > 0


def test_llama_cpp_cannot_run_weights_that_are_not_stored(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.bench.arena.is_installed", lambda kind, python: True)
    assert main(["decode", "--random-weights", "nano", "--peer", "llama.cpp"]) == 1
    assert "--model" in capsys.readouterr().err


def test_more_layers_than_the_geometry_has_are_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["decode", "--random-weights", "nano", "--num-layers", "7"]) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_a_missing_model_is_one_sentence_and_exit_code_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["decode", "--model", str(tmp_path)]) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "options",
    [("--rounds", "0"), ("--new-tokens", "1"), ("--busy", "x"), ("--quiet-seconds", "-1")],
)
def test_a_wrong_number_is_refused(
    options: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["decode", "--model", "x", *options])
    assert options[0] in capsys.readouterr().err
