"""Making posters: name, date and place of the prompt stand on the sheet."""

import random
from dataclasses import dataclass, replace

from engine.training.corpus import everyday
from engine.training.corpus.languages import Language, ask
from engine.training.corpus.names import is_held_out
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
_NONE = "none"
_LEFT_OUT = (("date", "place"), ("date", "place"), ("date",), ("place",), ())


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


def sample_brief_turn(values: Values) -> Turn:
    """A request that leaves out the date, the place or the name, as people do at first."""
    rng, wish = values.rng, sample_wish(values)
    language, left_out = values.language, rng.choice(_LEFT_OUT)
    poster = wish.poster
    poster = replace(
        poster,
        date="" if "date" in left_out else poster.date,
        place="" if "place" in left_out else poster.place,
    )
    if rng.random() < 0.5:
        wish = replace(wish, poster=poster)
        return make_poster(wish, phrase_wish(rng, wish))
    occasions = [words for words in everyday.OCCASIONS[language] if not is_held_out(words)]
    occasion = rng.choice(occasions)
    kind = PosterKind.EVENT
    poster = replace(
        poster,
        name=occasion.title() if language is Language.ENGLISH else occasion,
        kind=kind,
        kicker=wording.KICKERS[kind][language],
        color=wish.color or DEFAULT_COLORS[kind],
    )
    wish = replace(wish, poster=poster)
    subject = rng.choice(wording.OCCASION_SUBJECTS[language])
    return make_poster(wish, phrase_wish(rng, wish, subject=subject, name=occasion))


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


def phrase_wish(rng: random.Random, wish: PosterWish, *, subject: str = "", name: str = "") -> str:
    """The wish as a person might type it; `subject` and `name` if not in the usual words."""
    poster, language = wish.poster, wish.poster.language
    clauses = [rng.choice(wording.DATES[language]), rng.choice(wording.PLACES[language])]
    told = (poster.date, poster.place)
    clauses = [clause for clause, value in zip(clauses, told, strict=True) if value]
    slots = {"n": name or poster.name, "d": poster.date, "p": poster.place}
    if wish.color:
        clauses.append(rng.choice(wording.COLORS[language]))
        slots["c"] = wording.COLOR_WORDS[wish.color][language]
    if wish.size:
        clauses.append(rng.choice(wording.SIZES[wish.size][language]))
    opener = rng.choice(wording.OPENERS[language])
    subject = subject or rng.choice(wording.SUBJECTS[poster.kind][language])
    if language is Language.RUSSIAN and subject.startswith("афишу") and "ужен" in opener:
        subject = subject.replace("афишу", "плакат")
    if not name and rng.random() < 0.4:
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
        f"Date: {poster.date or _NONE}\nPlace: {poster.place or _NONE}\n"
        f"Color: {poster.color}\nSize: {size}\nLanguage: {poster.language.value}"
    )
    name = f"{poster.kind.value}-poster"
    content = render_poster(poster)
    step = create_step(name, "poster", poster.name, content, version=version, size=size)
    told = poster.date and poster.place
    texts = wording.REPLY if told else wording.BRIEF_REPLY
    reply = answer(poster.language, texts, n=poster.name, d=poster.date, p=poster.place)
    return Turn(prompt, trace, reply, ((step,),))


def recolor(poster: Poster, color: str) -> Poster:
    """The same poster on another ground."""
    return replace(poster, color=color)
