"""Leads the talks that were written by hand, and judges every answer by what stands there then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.llm_engine import LLMEngine
from engine.training.corpus.turns import Turn
from engine.training.evaluation.attempting import attempt_all
from engine.training.evaluation.cases import Case, ask_by_hand
from engine.training.evaluation.talks import TALKS, Talk, Wanted
from engine.training.evaluation.verdicts import Attempt, open_workshop

Contents = Mapping[str, tuple[object, ...]]


@dataclass(slots=True)
class _Led:
    """A talk as far as it has come: the turns as they were answered."""

    talk: Talk
    past: tuple[Turn, ...] = ()
    problems: list[list[str]] = field(default_factory=list)

    def next_case(self, number: int) -> Case:
        """The next message, after all that was said and made."""
        place = len(self.past)
        return ask_by_hand(f"talk-{number}-{place + 1}", self.talk[place].text, past=self.past)

    def take(self, case: Case, attempt: Attempt) -> None:
        """Judge the answer and go on from it, right or wrong."""
        before = open_workshop(case).contents()
        self.problems.append(find_problems(self.talk[len(self.past)], before, attempt))
        turn = Turn(case.right.prompt, "", attempt.text, (tuple(attempt.workshop.steps),))
        self.past = (*self.past, turn)


def lead_talks(engine: LLMEngine, talks: Sequence[Talk] = TALKS) -> dict[str, Any]:
    """Every talk greedily, and how many answers were right; a talk goes on after a wrong one."""
    led = [_Led(talk) for talk in talks]
    while waiting := [(n, one) for n, one in enumerate(led) if len(one.past) < len(one.talk)]:
        cases = [one.next_case(number) for number, one in waiting]
        answered = {case.id: attempt for case, attempt in attempt_all(cases, engine)}
        for case, (_, one) in zip(cases, waiting, strict=True):
            one.take(case, answered[case.id])
    told = [
        (wanted.text, problems)
        for one in led
        for wanted, problems in zip(one.talk, one.problems, strict=True)
    ]
    return {
        "right": sum(not problems for _, problems in told),
        "total": len(told),
        "talks": sum(not any(one.problems) for one in led),
        "failures": [{"asked": text, "wrong": wrong} for text, wrong in told if wrong],
    }


def find_problems(wanted: Wanted, before: Contents, attempt: Attempt) -> list[str]:
    """What is wrong with an answer in a talk; an empty list for a right one."""
    problems = [attempt.problem] if attempt.problem else []
    said = attempt.text.lower()
    problems += [f"it does not say {words!r}" for words in wanted.says if words not in said]
    after = attempt.workshop.contents()
    changed = [name for name in after if after[name] != before.get(name)]
    if not wanted.kind:
        return problems + [f"it made or changed {name}" for name in changed]
    if len(changed) != 1:
        return [*problems, f"it made or changed {len(changed)} things"]
    return problems + _judge_thing(wanted, after[changed[0]])


def _judge_thing(wanted: Wanted, made: tuple[object, ...]) -> list[str]:
    kind, title, text = str(made[0]), str(made[1]), _text_of(made)
    if kind != wanted.kind:
        return [f"it is of type {kind}"]
    problems = [f"{words!r} is missing" for words in wanted.holds if words not in text]
    problems += [f"{words!r} is there" for words in wanted.lacks if words in text]
    if wanted.title and title != wanted.title:
        problems.append(f"it is titled {title!r}")
    if wanted.theme and made[2] != wanted.theme:
        problems.append(f"the theme is {made[2]}")
    if wanted.pages and isinstance(made[3], tuple) and len(made[3]) != wanted.pages:
        problems.append(f"it has {len(made[3])} pages")
    return problems


def _text_of(made: tuple[object, ...]) -> str:
    """The source of a thing; of a deck that of all its pages."""
    if isinstance(made[3], tuple):
        return "\n".join(content for _, content in made[3])
    return str(made[3])
