"""Models are remembered for a moment, and only while they are ready."""

from dataclasses import replace

from webapp.catalog.recent_models import FRESH_SECONDS, RecentModels
from webapp.catalog.selectors import ServedModel

READY = ServedModel(name="glm", context_length=4096, ready=True)


def test_a_ready_model_is_asked_for_once_a_second() -> None:
    now, asked = [0.0], []

    def find(name: str) -> ServedModel | None:
        asked.append(name)
        return READY

    recent = RecentModels(find, lambda: now[0])
    assert [recent.find_model("glm") for _ in range(3)] == [READY] * 3
    assert len(asked) == 1
    recent.find_model("another")
    now[0] = FRESH_SECONDS
    recent.find_model("glm")
    assert asked == ["glm", "another", "glm"]


def test_what_is_not_ready_is_asked_for_each_time() -> None:
    answers = iter([None, replace(READY, ready=False), READY])
    recent = RecentModels(lambda _: next(answers), lambda: 0.0)
    assert recent.find_model("glm") is None
    assert recent.find_model("glm") == replace(READY, ready=False)
    assert recent.find_model("glm") == READY
    assert recent.find_model("glm") == READY
