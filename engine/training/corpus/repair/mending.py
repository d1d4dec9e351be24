"""Two ways in which an error comes to light: the person reports it, or the check of a new thing
tells it in the tool's answer."""

from dataclasses import replace

from engine.training.corpus.conversation import Artifact, Exchange
from engine.training.corpus.edits import wording
from engine.training.corpus.edits.blocks import make_edit
from engine.training.corpus.repair.misspelling import Misspelling, misspell
from engine.training.corpus.saying import answer, say_one_of
from engine.training.corpus.steps import create_step, edit_step, read_step
from engine.training.corpus.turns import Step, Turn
from engine.training.corpus.values import Values

FAMILY = "repair"


def report_turn(
    values: Values, made: Artifact, version: int = 1
) -> tuple[Misspelling, Turn] | None:
    """The person tells the error, in words of their own or by the panel's button; None if the
    artifact has nothing to misspell."""
    slip = misspell(values.rng, made.content)
    if slip is None:
        return None
    prompt, knows_line = _report(values, made, slip, version)
    line = slip.line if knows_line else 0
    read = read_step(made.id, slip.content, version=version, first=line, last=line)
    rounds = ((read,), (_mend(made, slip, version + 1),))
    return slip, Turn(prompt, _trace(made, slip), _reply(values, slip), rounds)


def check_turn(values: Values, exchange: Exchange) -> Turn | None:
    """The thing is made with a slip, the check tells it, and it is mended in the same turn; the
    call with the slip is read, not learned."""
    made = exchange.artifact
    slip = misspell(values.rng, made.content) if made else None
    if made is None or slip is None:
        return None
    create = create_step(made.id, made.type, made.title, slip.content)
    problem = f"\nCheck: 1 problem.\n- {_finding(slip)}"
    create = replace(create, result=create.result + problem, is_given=True)
    rounds = ((create,), (_mend(made, slip, 2),))
    return Turn(exchange.prompt, exchange.trace, exchange.reply, rounds)


def _report(values: Values, made: Artifact, slip: Misspelling, version: int) -> tuple[str, bool]:
    kind = values.rng.random()
    if kind < 0.4:
        head = f"Fix these problems in “{made.title}” version {version}:"
        return f"{head}\n- {_finding(slip)}", True
    knows_line = kind < 0.85
    place = f" (line {slip.line})" if knows_line else ""
    error = f"{slip.error}{place}"
    return say_one_of(values.rng, values.language, wording.ERRORS, e=error), knows_line


def _finding(slip: Misspelling) -> str:
    return f"A script ends with “{slip.error}” in line {slip.line}."


def _mend(made: Artifact, slip: Misspelling, version: int) -> Step:
    edit = make_edit(slip.content, made.content)
    return edit_step(made.id, edit.blocks, version=version, changed_lines=edit.changed_lines)


def _trace(made: Artifact, slip: Misspelling) -> str:
    return f"The user reports an error.\nId: {made.id}\nWrong: {slip.wrong}\nRight: {slip.right}"


def _reply(values: Values, slip: Misspelling) -> str:
    return answer(values.language, wording.FIXED, w=slip.right)
