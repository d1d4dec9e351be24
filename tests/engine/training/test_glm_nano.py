"""The shipped model itself, on a sample of what it has never seen."""

from pathlib import Path

import pytest

from engine.llm_engine import LLMEngine
from engine.training.evaluation import written
from engine.training.evaluation.browser import open_theater

MODEL = Path(__file__).parents[3] / "models" / "glm-nano"
SAMPLE_SIZE = 6
# The full evaluation tells how often it is right (models/glm-nano/README.md); of a sample of six,
# one answer may be wrong.
WRONG_AT_MOST = 1


@pytest.mark.browser
def test_glm_nano_makes_and_says_what_a_sample_of_prompts_asks() -> None:
    engine = LLMEngine.from_folder(MODEL)
    with open_theater() as theater:
        verdicts = written.judge_prompts(engine, theater, written.choose_prompts(SAMPLE_SIZE))
    engine.close()
    wrong = {verdict.prompt.id: verdict.problems for verdict in verdicts if verdict.problems}
    assert len(wrong) <= WRONG_AT_MOST, wrong
