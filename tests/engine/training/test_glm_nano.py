"""The shipped model itself, on a sample of the prompts that it has never seen."""

from pathlib import Path

import pytest

from engine.training.evaluate import SAMPLE_SIZE, choose_prompts, evaluate_model

MODEL = Path(__file__).parents[3] / "models" / "glm-nano"
# The full evaluation asks for 85 %; of a sample of six, one answer may be wrong.
WRONG_AT_MOST = 1


@pytest.mark.browser
def test_glm_nano_makes_and_says_what_a_sample_of_prompts_asks() -> None:
    verdicts = evaluate_model(MODEL, choose_prompts(SAMPLE_SIZE))
    wrong = {verdict.prompt.id: verdict.problems for verdict in verdicts if verdict.problems}
    assert len(wrong) <= WRONG_AT_MOST, wrong
