"""English questions and wishes for a text: templates filled from everyday words, typed in a hurry.

Names of open kinds (countries, dishes, things) make them many, where the other prompts of `beyond`
are few in every language.
"""

import random

from engine.training.corpus import vocabulary as words
from engine.training.corpus import wording
from engine.training.corpus.colors import COLORS
from engine.training.corpus.languages import slip, with_article
from engine.training.corpus.talking import english_wording as templates
from engine.training.corpus.words import WORDS

_QUESTIONS = (
    *(templates.FACT_QUESTION, templates.ADVICE_QUESTION, templates.MATH_QUESTION),
    templates.PERSONAL_QUESTION,
)


def draw_question(rng: random.Random) -> str:
    """A question about facts, advice, numbers or glm-nano's own mind."""
    return _say(rng, rng.choice(_QUESTIONS))


def draw_text_wish(rng: random.Random) -> str:
    """A wish for a text, a translation or code."""
    return _say(rng, templates.TEXT_OR_CODE)


def _say(rng: random.Random, choices: tuple[str, ...]) -> str:
    return _roughen(rng, _fill(rng, rng.choice(choices)))


def _fill(rng: random.Random, template: str) -> str:
    """`template` with its slots filled. A value is drawn for every slot, also for those that no
    template has: each draw moves all that follow, so another list here is another corpus."""
    return template.format(
        country=rng.choice(words.COUNTRIES),
        city=rng.choice(words.CITIES),
        person=rng.choice(words.PEOPLE),
        thing=_draw_thing(rng),
        other=_draw_thing(rng),
        dish=rng.choice(words.DISHES),
        language=rng.choice(words.LANGUAGES),
        verb=rng.choice(words.VERBS),
        object=rng.choice(words.OBJECTS),
        color=rng.choice(COLORS).css,
        game=rng.choice(words.OTHER_GAMES),
        picture=rng.choice(words.PICTURES),
        a_picture=with_article(rng.choice(words.PICTURES)),
        document=rng.choice(words.DOCUMENTS),
        text=rng.choice(words.TEXTS),
        code=rng.choice(words.CODE),
        first=rng.randrange(2, 100),
        second=rng.randrange(2, 100),
        year=rng.randrange(1500, 2030),
    )


def _draw_thing(rng: random.Random) -> str:
    """Something to ask about: mostly known to everybody, at times a word that nobody knows."""
    kind = rng.random()
    if kind < 0.15:
        return "".join(rng.choices(words.SYLLABLES, k=rng.choice((2, 2, 3))))
    if kind < 0.3:
        return rng.choice(WORDS).lower()
    pool = rng.choice((words.THINGS, words.THINGS, words.PICTURES, words.DISHES, words.COUNTRIES))
    return rng.choice(pool).replace("_", " ")


def _roughen(rng: random.Random, text: str) -> str:
    """`text` as typed in a hurry: a greeting, lower case, no full stop, a slip of the finger."""
    if rng.random() < 0.1:
        text = rng.choice(wording.GREETINGS) + text[0].lower() + text[1:]
    if rng.random() < 0.3:
        text = text.lower()
    if rng.random() < 0.35:
        text = text.rstrip(".?!")
    if rng.random() < 0.06:
        text = slip(rng, wording.TYPOS, text)
    return text
