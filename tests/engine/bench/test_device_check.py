"""The check of a machine with a GPU, as far as one without can run it."""

import json
from pathlib import Path

import pytest
import torch

from engine import kernels
from engine.bench.device_check import step_parity
from engine.bench.device_check.__main__ import main
from engine.bench.device_check.answers import count_equal
from engine.bench.device_check.checks import Check, Outcome, run_checks
from engine.bench.device_check.kernel_parity import list_kernel_checks
from engine.bench.device_check.random_inputs import Geometry
from engine.bench.device_check.step_parity import list_step_checks

TINY = Geometry(
    hidden=32,
    heads=6,
    kv_heads=2,
    head_dim=16,
    width=16,
    experts=4,
    top_k=2,
    vocab=200,
    rows=(1, 3),
)


def test_a_machine_without_a_gpu_is_told_so_in_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert main([]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.strip() == (
        "The device check needs a CUDA device, and this machine has none."
    )


def test_a_failure_is_counted_and_the_checks_after_it_still_run() -> None:
    def explode() -> Outcome:
        raise RuntimeError("the kernel does not compile")

    lines: list[str] = []
    checks = [
        Check("broken", explode),
        Check("wrong", lambda: Outcome(False, {"relative_error": 0.5})),
        Check("right", lambda: Outcome(True)),
    ]
    assert run_checks(checks, lines.append) == 2
    broken, wrong, right = (json.loads(line) for line in lines)
    assert broken["error"] == "RuntimeError: the kernel does not compile"
    assert (wrong["passed"], wrong["relative_error"]) == (False, 0.5)
    assert (right["check"], right["passed"]) == ("right", True)


def test_every_comparison_of_kernels_holds_where_both_sides_are_the_plain_twin() -> None:
    lines: list[str] = []
    checks = list(list_kernel_checks(torch.device("cpu"), TINY))
    assert run_checks(checks, lines.append) == 0, [line for line in lines if "false" in line]
    assert len(lines) == len({check.name for check in checks})


def test_a_wrong_kernel_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = kernels.linear
    monkeypatch.setattr(kernels, "linear", lambda *inputs: plain(*inputs) * 1.1)
    checks = [c for c in list_kernel_checks(torch.device("cpu"), TINY) if "linear" in c.name]
    assert run_checks(checks, lambda line: None) == len(checks)


def test_steps_are_compared_with_the_text_of_the_cpu(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(step_parity, "NEW_TOKENS", 6)
    checks = [
        check
        for check in list_step_checks("cpu", tmp_path, None)
        if "of air, float32, batch 1, 1 drafts" in check.name
    ]
    lines: list[str] = []
    assert run_checks(checks, lines.append) == 0
    assert [json.loads(line)["equal_leading_tokens"] for line in lines] == [6, 6]


def test_equal_tokens_are_counted_up_to_the_first_difference() -> None:
    assert count_equal({"a": [1, 2, 9, 4], "b": [5]}, {"a": [1, 2, 3, 4], "b": [5]}) == 3
