"""Right or wrong, for cases of every family: what stands in the workshop, and what is said.

Pure: what a thing does in the browser is judged by `browsing`.
"""

import re
from dataclasses import dataclass, field

from engine.protocol import ToolCall
from engine.training.corpus.drills import choosing, planning, quoting
from engine.training.corpus.languages import Language
from engine.training.corpus.search import FAMILY as SEARCH
from engine.training.corpus.talking import beyond
from engine.training.evaluation.cases import Case
from engine.training.evaluation.workshop import Workshop

HONEST_WORDS = {
    Language.ENGLISH: "small demonstration model",
    Language.CHINESE: "演示模型",
    Language.RUSSIAN: "демонстрационная модель",
    Language.KOREAN: "시연 모델",
}
_LETTERS = {
    Language.ENGLISH: r"[A-Za-z]",
    Language.CHINESE: r"[一-鿿]",
    Language.RUSSIAN: r"[А-Яа-яЁё]",
    Language.KOREAN: r"[가-힣]",
}
_EXACT = (quoting.FAMILY, planning.FAMILY, choosing.FAMILY)


@dataclass(slots=True)
class Attempt:
    """What a model did with a case: the tools it called, what it said, what went wrong."""

    workshop: Workshop
    calls: list[ToolCall] = field(default_factory=list)
    thinking: str = ""
    text: str = ""
    problem: str = ""


def open_workshop(case: Case) -> Workshop:
    """The tools as they stand before the last turn."""
    workshop = Workshop(found=_list_findings(case))
    for turn in case.past:
        workshop.replay(turn)
    workshop.refusals = 0
    workshop.begin_turn()
    return workshop


def find_problems(case: Case, attempt: Attempt) -> list[str]:
    """What is wrong with the attempt; an empty list for a right one."""
    problems = [attempt.problem] if attempt.problem else []
    if bool(attempt.thinking.strip()) != case.thinking:
        problems.append("thinking where it was off" if attempt.thinking else "no thinking")
    return problems + _compare_contents(case, attempt) + _judge_text(case, attempt)


def is_first_time_right(case: Case, attempt: Attempt) -> bool:
    """Whether everything that was to be changed was changed without a refused call."""
    return attempt.workshop.refusals == 0 and not _compare_contents(case, attempt)


def list_differences(name: str, case: Case, attempt: Attempt) -> list[str]:
    """How the thing of that id differs from the one that the right turn makes."""
    right, made = _right_contents(case).get(name), attempt.workshop.contents().get(name)
    return _compare_things(name, right, made) if right and made else []


def _list_findings(case: Case) -> dict[str, str]:
    searches = [step for step in case.right.steps if step.tool == "web_search"]
    return {step.arguments["query"]: step.result for step in searches}


def _compare_contents(case: Case, attempt: Attempt) -> list[str]:
    right, made = _right_contents(case), attempt.workshop.contents()
    problems = [f"it made {name}, which nobody asked for" for name in made.keys() - right.keys()]
    problems += [f"{name} is missing" for name in right.keys() - made.keys()]
    for name in sorted(right.keys() & made.keys()):
        problems += _compare_things(name, right[name], made[name])
    return problems


def _right_contents(case: Case) -> dict[str, tuple[object, ...]]:
    expected = open_workshop(case)
    for step in case.right.steps:
        expected.call(step.tool, step.arguments)
    return expected.contents()


def _compare_things(name: str, right: tuple[object, ...], made: tuple[object, ...]) -> list[str]:
    if right == made:
        return []
    if right[0] != made[0]:
        return [f"{name} is of type {made[0]}"]
    if right[0] != "deck":
        fields = zip(("type", "title", "size", "content"), right, made, strict=True)
        return [f"the {what} of {name} is wrong" for what, old, new in fields if old != new]
    problems = [
        f"the {what} of {name} is {made[place]!r}"
        for place, what in ((1, "title"), (2, "theme"))
        if right[place] != made[place]
    ]
    return problems + _compare_pages(right[3], made[3])


def _compare_pages(right: object, made: object) -> list[str]:
    if not isinstance(right, tuple) or not isinstance(made, tuple):
        raise TypeError("pages are tuples of titles and contents")
    if len(right) != len(made):
        return [f"it has {len(made)} pages instead of {len(right)}"]
    problems = []
    for place, (old, new) in enumerate(zip(right, made, strict=True), 1):
        if old[0] != new[0]:
            problems.append(f"page {place} is titled {new[0]!r}")
        elif old[1] != new[1]:
            problems.append(f"the content of page {place} is wrong")
    return problems


def _judge_text(case: Case, attempt: Attempt) -> list[str]:
    said = attempt.text.strip()
    if not said:
        return ["no text"]
    if case.family in _EXACT:
        return [] if said == case.right.reply else [f"it says {said[:80]!r}"]
    problems = []
    if not re.search(_LETTERS[case.language], said):
        problems.append("it answers in another language")
    honest = HONEST_WORDS[case.language]
    if case.family == beyond.FAMILY and honest not in said:
        problems.append("it does not say what it is")
    if case.family == SEARCH:
        problems += _judge_citations(case, attempt)
    return problems


def _judge_citations(case: Case, attempt: Attempt) -> list[str]:
    """Every source quoted by its own number, nothing quoted that did not come back."""
    right = re.findall(r"^- (.*) \[(\d+)\]$", case.right.reply, re.MULTILINE)
    said = re.findall(r"^- (.*) \[(\d+)\]$", attempt.text, re.MULTILINE)
    right_calls = [step.tool for step in case.right.steps]
    calls = [call.name for call in attempt.calls]
    problems = [] if calls == right_calls else [f"it calls {calls}"]
    if right != said:
        problems.append(
            f"it cites {len(said)} sources, {len(set(said) & set(right))} of them right"
        )
    return problems
