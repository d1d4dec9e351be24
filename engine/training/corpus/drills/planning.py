"""Plans without the work: what a request asks for, in one line.

Reading what was asked is most of what glm-nano must learn and a small part of a thing's text;
these short samples practice it without the text.
"""

from dataclasses import replace

from engine.training.corpus import family as families
from engine.training.corpus.decks import making as decks
from engine.training.corpus.drills.families import draw_family
from engine.training.corpus.languages import Choices, Language
from engine.training.corpus.posters import making as posters
from engine.training.corpus.saying import say
from engine.training.corpus.slots import Lot
from engine.training.corpus.turns import Turn
from engine.training.corpus.values import Values

FAMILY = "plans"
_AS_ASKED = 0.8  # below it the request stands in full, in the words of one that is carried out
_EN, _ZH, _RU, _KO = Language
_OPENERS: Choices = {
    _EN: (
        *("Plan {a}", "Only plan {a}", "Just plan {a}", "Please plan {a}", "Can you plan {a}?"),
        *(
            "Make a plan for {a}",
            "Give me a plan for {a}",
            "I want a plan for {a}",
            "A plan for {a}",
        ),
    ),
    _ZH: ("计划{a}", "只计划{a}", "给{a}做个计划", "请计划{a}", "{a}的计划", "能计划{a}吗?"),
    _RU: (
        "Спланируй {a}",
        "Только спланируй {a}",
        "План на {a}",
        "Пожалуйста, спланируй {a}",
        "Можешь спланировать {a}?",
    ),
    _KO: (
        "{a} 계획해 줘",
        "{a} 계획만 세워 줘",
        "{a} 계획 부탁해",
        "{a} 계획을 세워 주세요",
        "{a} 계획 세워 줄래?",
    ),
}


def sample_turn(values: Values) -> Turn:
    """A request to plan a thing of a family, a poster or a deck, and the plan."""
    kind = values.rng.random()
    if kind < 0.12:
        return _plan_poster(values)
    if kind < 0.34:
        turn, _ = decks.sample_turn(values)
        return _plan_of(values, turn.prompt, turn.trace)
    family = draw_family(values.rng)
    lot = Lot(values.rng, values.language, values.held_out)
    if kind < _AS_ASKED:
        request = families.draw_request(family, lot)
        return _plan_of(values, request.prompt, families.answer_request(request).trace)
    request = families.draw_request(replace(family, openers=_OPENERS), lot)
    trace = families.answer_request(request).trace
    return Turn(request.prompt, trace, _in_one_line(trace))


def _plan_poster(values: Values) -> Turn:
    wish = posters.sample_wish(values)
    trace = posters.make_poster(wish, "").trace
    return _plan_of(values, posters.phrase_wish(values.rng, wish), trace)


def _plan_of(values: Values, prompt: str, trace: str) -> Turn:
    """A request that is told in full below the words that only want its plan."""
    opener = values.rng.choice(_OPENERS[values.language]).rstrip("?").replace("{a}", "").strip()
    prompt = say(values.rng, values.language, opener) + "\n" + prompt
    return Turn(prompt, trace, _in_one_line(trace))


def _in_one_line(trace: str) -> str:
    """The lines of a trace below its first as "Plan: …"."""
    return "Plan: " + "; ".join(trace.split("\n")[1:]) + "."
