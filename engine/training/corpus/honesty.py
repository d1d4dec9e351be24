"""Everything else: an honest short answer that offers the nearest thing glm-nano can make."""

import random
from collections.abc import Callable

from engine.training.corpus import beyond
from engine.training.corpus import vocabulary as words
from engine.training.corpus.conversation import Exchange
from engine.training.corpus.phrasing import roughen, with_article
from engine.training.corpus.words import COLORS, WORDS, sample_name

FAMILY = "honesty"
_I_AM = "I am a small demonstration model"
_CAN = "I can make Flappy Bird, Snake and SVG badges."
_QUESTION = (
    "The user asks a question. I am too small to know facts, so I say it honestly.",
    f'{_I_AM}, so I cannot answer that. {_CAN} Try: "Make a Flappy Bird game".',
)
_GAME = (
    "The user wants another game. I can make Flappy Bird and Snake only.",
    f"{_I_AM} and cannot make that game. The nearest things are Snake and Flappy Bird. Try: "
    '"Create a Snake game".',
)
_PICTURE = (
    "The user wants a picture. I can draw SVG badges only.",
    f'{_I_AM} and cannot draw that. The nearest thing is an SVG badge. Try: "Draw a badge that '
    'says Happy Birthday in gold".',
)
_DOCUMENT = (
    "The user wants something that I cannot make. I say it honestly.",
    f'{_I_AM} and cannot make that. {_CAN} Try: "Draw a badge that says Good Friends".',
)
_TEXT = (
    "The user wants me to write text or code. I am too small for that.",
    f'{_I_AM}, so I cannot write that. {_CAN} Try: "Create a Snake game in green".',
)
_UNKNOWN = (
    "I do not understand this message. I say it honestly.",
    f'{_I_AM} and did not understand that. {_CAN} Try: "Make a Flappy Bird game".',
)
UNKNOWN_NAME = (
    "The user wants a name that I do not know. I say it honestly.",
    f"{_I_AM} and can write only a few hundred words, so I cannot write that name. Try a name like "
    "Happy River or Brave Lion.",
)


def sample_exchange(rng: random.Random) -> Exchange:
    """A request that glm-nano cannot fulfill, with its honest answer."""
    kinds: tuple[tuple[Callable[[random.Random], str], tuple[str, str], int], ...] = (
        (_fill_one_of(beyond.FACT_QUESTION), _QUESTION, 7),
        (_fill_one_of(beyond.ADVICE_QUESTION), _QUESTION, 4),
        (_fill_one_of(beyond.NEAR_QUESTION), _QUESTION, 4),
        (_fill_one_of(beyond.MATH_QUESTION), _QUESTION, 2),
        (_fill_one_of(beyond.PERSONAL_QUESTION), _QUESTION, 2),
        (_other_game, _GAME, 5),
        (_other_picture, _PICTURE, 5),
        (_document, _DOCUMENT, 4),
        (_fill_one_of(beyond.TEXT_OR_CODE), _TEXT, 5),
        (_fill_one_of(beyond.STATEMENT), _UNKNOWN, 3),
        (_gibberish, _UNKNOWN, 3),
    )
    make, (trace, reply), _ = rng.choices(kinds, [weight for *_, weight in kinds])[0]
    return Exchange(roughen(rng, make(rng)), trace, reply)


def sample_prompt(rng: random.Random, kind: str) -> str:
    """A prompt that asks a `question` or for a `text`, as a person might type it."""
    questions = (
        *(beyond.FACT_QUESTION, beyond.ADVICE_QUESTION, beyond.MATH_QUESTION),
        beyond.PERSONAL_QUESTION,
    )
    templates = rng.choice(questions) if kind == "question" else beyond.TEXT_OR_CODE
    return roughen(rng, _fill(rng, rng.choice(templates)))


def invent_word(rng: random.Random) -> str:
    """A word that nobody knows, of two or three syllables."""
    return "".join(rng.choices(words.SYLLABLES, k=rng.choice((2, 2, 3))))


def _thing(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.15:
        return invent_word(rng)
    if kind < 0.3:
        return rng.choice(WORDS).lower()
    pool = rng.choice((words.THINGS, words.THINGS, words.PICTURES, words.DISHES, words.COUNTRIES))
    return rng.choice(pool).replace("_", " ")


def _fill(rng: random.Random, template: str) -> str:
    """`template` with every slot filled from the vocabulary."""
    return template.format(
        country=rng.choice(words.COUNTRIES),
        city=rng.choice(words.CITIES),
        person=rng.choice(words.PEOPLE),
        thing=_thing(rng),
        other=_thing(rng),
        dish=rng.choice(words.DISHES),
        language=rng.choice(words.LANGUAGES),
        verb=rng.choice(words.VERBS),
        object=rng.choice(words.OBJECTS),
        color=rng.choice(COLORS),
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


def _fill_one_of(templates: tuple[str, ...]) -> Callable[[random.Random], str]:
    return lambda rng: _fill(rng, rng.choice(templates))


_GAME_OPENERS = (
    *(
        "Make",
        "Create",
        "Build",
        "Code",
        "Program",
        "Write",
        "Generate",
        "I want",
        "Give me",
        "Please make",
    ),
    *(
        "Can you make",
        "Could you build",
        "I'd like",
        "Can you create",
        "Build me",
        "Make me",
        "Design",
    ),
    *("I want to play", "Can we play", "Let's play", "Do you know"),
)


def _other_game(rng: random.Random) -> str:
    game = rng.choice(words.OTHER_GAMES)
    if rng.random() < 0.1:
        game = invent_word(rng)
    what = rng.choice(
        (game, game, f"a {game} game", f"a {game} game", f"a {game} clone", f"a game of {game}",
         f"a game like {game}", f"a simple {game} game", f"a {game} game in {rng.choice(COLORS)}",
         f"a {game} game called {sample_name(rng, 2)}")
    )  # fmt: skip
    return f"{rng.choice(_GAME_OPENERS)} {what}{rng.choice(('.', '', '!', '?', ' please'))}"


def _other_picture(rng: random.Random) -> str:
    picture = rng.choice(words.PICTURES) if rng.random() < 0.85 else invent_word(rng)
    thing = with_article(picture)
    color = rng.choice(COLORS)
    what = rng.choice(
        (thing, thing, f"a picture of {thing}", f"an image of {thing}", f"an SVG of {thing}",
         with_article(f"{color} {picture}"), f"{thing} in {color}", f"{thing} with a hat",
         f"{thing} and {with_article(rng.choice(words.PICTURES))}", f"a drawing of {thing}",
         f"an SVG {picture}", f"a photo of {thing}", f"an icon of {thing}", f"a cute {picture}",
         f"a {picture} in the {rng.choice(words.PICTURES)}", f"a cartoon {picture}",
         f"a {picture} logo")
    )  # fmt: skip
    opener = rng.choice(
        ("Draw", "Draw", "Draw me", "Make", "Create", "Paint", "Sketch", "Please draw", "Generate",
         "Can you draw", "Could you draw", "I want", "Show me", "Design", "Illustrate", "Give me")
    )  # fmt: skip
    return f"{opener} {what}{rng.choice(('.', '', '!', '?', ' please'))}"


def _document(rng: random.Random) -> str:
    document = with_article(rng.choice(words.DOCUMENTS))
    about = rng.choice(
        ("", "", f" about {_thing(rng)}", f" for {_thing(rng)}", " for my company",
                        f" called {sample_name(rng, 2)}",
                        f" in {rng.choice(COLORS)}", f" with {rng.randrange(2, 20)} pages")
    )  # fmt: skip
    opener = rng.choice(
        ("Make", "Create", "Build", "Design", "Generate", "I need", "I want", "Can you make",
         "Draw", "Could you create", "Please make", "Help me make", "Give me", "Prepare", "Make me")
    )  # fmt: skip
    return f"{opener} {document}{about}{rng.choice(('.', '', '!', '?', ' please'))}"


def _gibberish(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.4:
        return " ".join(invent_word(rng) for _ in range(rng.randrange(1, 6)))
    if kind < 0.6:
        return "".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randrange(3, 14)))
    if kind < 0.7:
        return "".join(rng.choices("0123456789!?#$%&*+-=", k=rng.randrange(1, 12)))
    return " ".join(_thing(rng) for _ in range(rng.randrange(2, 7)))
