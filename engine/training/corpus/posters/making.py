"""Making posters: name, date and place of the prompt stand on the sheet."""

import random
from dataclasses import dataclass, replace

from engine.training.corpus.languages import Language, ask
from engine.training.corpus.posters import wording
from engine.training.corpus.posters.sheet import (
    DEFAULT_COLORS,
    GROUNDS,
    Poster,
    PosterKind,
    render_poster,
)
from engine.training.corpus.saying import answer
from engine.training.corpus.steps import create_step
from engine.training.corpus.turns import Turn
from engine.training.corpus.values import Values

FAMILY = "poster"
DEFAULT_SIZE = "A4"


@dataclass(frozen=True, slots=True)
class PosterWish:
    """A poster, and what of it the prompt does not say: `color` and `size` may be empty."""

    poster: Poster
    color: str = ""
    size: str = ""


def sample_turn(values: Values) -> tuple[Turn, Poster]:
    """A request for a poster, with the poster."""
    wish = sample_wish(values)
    return make_poster(wish, phrase_wish(values.rng, wish)), wish.poster


def sample_wish(values: Values) -> PosterWish:
    """Name, date and place always; color and size at times."""
    rng, kind = values.rng, values.rng.choice(tuple(PosterKind))
    color = rng.choice(tuple(GROUNDS)) if rng.random() < 0.35 else ""
    size = rng.choice(tuple(wording.SIZES)) if rng.random() < 0.25 else ""
    poster = Poster(
        language=values.language,
        kind=kind,
        kicker=wording.KICKERS[kind][values.language],
        name=values.name(),
        date=values.date(),
        place=values.place(),
        color=color or DEFAULT_COLORS[kind],
    )
    return PosterWish(poster, color, size)


def phrase_wish(rng: random.Random, wish: PosterWish) -> str:
    """The wish as a person might type it."""
    poster, language = wish.poster, wish.poster.language
    clauses = [rng.choice(wording.DATES[language]), rng.choice(wording.PLACES[language])]
    slots = {"n": poster.name, "d": poster.date, "p": poster.place}
    if wish.color:
        clauses.append(rng.choice(wording.COLORS[language]))
        slots["c"] = wording.COLOR_WORDS[wish.color][language]
    if wish.size:
        clauses.append(rng.choice(wording.SIZES[wish.size][language]))
    opener = rng.choice(wording.OPENERS[language])
    subject = rng.choice(wording.SUBJECTS[poster.kind][language])
    if language is Language.RUSSIAN and subject.startswith("афишу") and "ужен" in opener:
        subject = subject.replace("афишу", "плакат")
    if rng.random() < 0.4:
        slots["n"] = {
            Language.ENGLISH: '"{}"',
            Language.CHINESE: "《{}》",
            Language.RUSSIAN: "«{}»",
            Language.KOREAN: "'{}'",
        }[language].format(poster.name)
    return ask(rng, language, opener=opener, subject=subject, clauses=clauses, slots=slots)


def make_poster(wish: PosterWish, prompt: str, version: int = 1) -> Turn:
    """The turn that makes the poster of the wish."""
    poster, size = wish.poster, wish.size or DEFAULT_SIZE
    trace = (
        f"The user wants a poster.\nKind: {poster.kind.value}\nName: {poster.name}\n"
        f"Date: {poster.date}\nPlace: {poster.place}\nColor: {poster.color}\nSize: {size}\n"
        f"Language: {poster.language.value}"
    )
    name = f"{poster.kind.value}-poster"
    content = render_poster(poster)
    step = create_step(name, "poster", poster.name, content, version=version, size=size)
    reply = answer(poster.language, wording.REPLY, n=poster.name, d=poster.date, p=poster.place)
    return Turn(prompt, trace, reply, ((step,),))


def recolor(poster: Poster, color: str) -> Poster:
    """The same poster on another ground."""
    return replace(poster, color=color)
