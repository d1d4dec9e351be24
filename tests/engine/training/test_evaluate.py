"""The command that scores glm-nano: what it picks and what it reports."""

from pathlib import Path

import pytest

from engine.training.evaluate import Verdict, choose_prompts, main, summarize
from engine.training.evaluation.prompts import PROMPTS, Expectation


def test_all_prompts_are_asked_by_default_and_few_are_spread() -> None:
    assert choose_prompts(60) == PROMPTS
    assert choose_prompts(1000) == PROMPTS
    families = {prompt.expected for prompt in choose_prompts(6)}
    assert {Expectation.FLAPPY_BIRD, Expectation.SNAKE, Expectation.BADGE} < families
    assert families & {Expectation.HONEST, Expectation.TALK}


def test_the_report_counts_each_family_and_names_the_failures() -> None:
    verdicts = [
        Verdict(PROMPTS[0], ()),
        Verdict(PROMPTS[10], ("the game does not end",)),
        Verdict(PROMPTS[20], ()),
        Verdict(PROMPTS[40], ()),
    ]
    assert summarize(verdicts) == {
        "right": 3,
        "total": 4,
        "share": 0.75,
        "families": {
            "games": {"right": 1, "total": 2},
            "badges": {"right": 1, "total": 1},
            "talk": {"right": 1, "total": 1},
        },
        "failures": {"snake-01": ["the game does not end"]},
    }


def test_a_missing_model_is_told_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--model", str(tmp_path / "nothing"), "--sample"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1
