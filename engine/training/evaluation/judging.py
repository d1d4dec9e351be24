"""Right or wrong: holds an answer against what its prompt expects."""

from collections.abc import Callable

from playwright.sync_api import Error

from engine.training.corpus.tools import ARTIFACT_CREATE
from engine.training.evaluation.badges import check_badge
from engine.training.evaluation.browser import Theater
from engine.training.evaluation.games import check_flappy_bird, check_snake
from engine.training.evaluation.prompts import Expectation, Prompt
from engine.training.evaluation.verdicts import Attempt

HONEST_WORDS = "small demonstration model"
_KINDS = {
    Expectation.FLAPPY_BIRD: "html",
    Expectation.SNAKE: "html",
    Expectation.BADGE: "svg",
}


def find_problems(theater: Theater, prompt: Prompt, attempt: Attempt) -> list[str]:
    """What is wrong with the answer; an empty list for a right one."""
    problems = [attempt.problem] if attempt.problem else []
    if bool(attempt.thinking.strip()) != prompt.thinking:
        problems.append("thinking where it was off" if attempt.thinking else "no thinking")
    if not attempt.text.strip():
        problems.append("no text")
    if prompt.expected in _KINDS:
        return problems + _judge_made(theater, prompt, attempt)
    return problems + _judge_talk(prompt, attempt)


def _judge_talk(prompt: Prompt, attempt: Attempt) -> list[str]:
    problems = ["it made something that nobody asked for"] if attempt.calls else []
    says = (HONEST_WORDS,) if prompt.expected is Expectation.HONEST else prompt.says
    missing = [words for words in says if words.lower() not in attempt.text.lower()]
    return problems + [f"it does not say {words!r}" for words in missing]


def _judge_made(theater: Theater, prompt: Prompt, attempt: Attempt) -> list[str]:
    if len(attempt.calls) != 1 or attempt.calls[0].name != ARTIFACT_CREATE.name:
        return [f"{len(attempt.calls)} calls instead of one"]
    arguments = {key: str(value) for key, value in attempt.calls[0].arguments.items()}
    if set(arguments) != {"id", "type", "title", "content"}:
        return [f"the arguments are {sorted(arguments)}"]
    problems = []
    if arguments["type"] != _KINDS[prompt.expected]:
        problems.append(f"it is {arguments['type']!r}")
    if arguments["title"] != prompt.name:
        problems.append(f"it is titled {arguments['title']!r}")
    checks: dict[Expectation, Callable[..., list[str]]] = {
        Expectation.FLAPPY_BIRD: check_flappy_bird,
        Expectation.SNAKE: check_snake,
        Expectation.BADGE: check_badge,
    }
    check = checks[prompt.expected]
    try:
        found = check(theater, arguments["content"], name=prompt.name, color=prompt.color)
    except Error as error:
        found = [f"the browser gave up: {error.message.splitlines()[0]}"]
    return problems + found
