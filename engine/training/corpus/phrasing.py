"""How people ask: one wish put into words in thousands of ways, neat or casual."""

import random
from dataclasses import dataclass, field

from engine.training.corpus import wording


@dataclass(slots=True)
class Wish:
    """What one request asks for; empty fields are not asked for.

    `subject` carries its article, `parts` are (noun, color), `name_clauses` put the name in words.
    """

    subject: str
    name: str = ""
    color: str = ""
    speed: str = ""
    board: str = ""
    shape: str = ""
    shape_clause: str = ""
    parts: list[tuple[str, str]] = field(default_factory=list)
    openers: tuple[str, ...] = wording.GAME_OPENERS
    name_clauses: tuple[str, ...] = wording.GAME_NAMES


def with_article(phrase: str) -> str:
    """`phrase` behind "a" or "an"."""
    return f"{'an' if phrase[0] in 'aeiou' else 'a'} {phrase}"


def phrase_request(rng: random.Random, wish: Wish) -> str:
    """The wish as a person might type it."""
    subject, clauses = _split_adjectives(rng, wish)
    parts = list(wish.parts)
    rng.shuffle(parts)
    follow_ups = []
    if parts and rng.random() < 0.25:
        noun, color = parts.pop()
        follow_ups.append(rng.choice(wording.FOLLOW_UPS).format(noun=noun, color=color))
    things = [_describe_part(noun, color) for noun, color in parts]
    if wish.board:
        things.append(with_article(wish.board))
    if things:
        joint = rng.choice(
            ("with {}", "with {}", "that has {}", "and {}" if clauses else "with {}")
        )
        clauses.append(joint.format(_enumerate(things)))
    rng.shuffle(clauses)
    if wish.name:
        clause = rng.choice(wish.name_clauses).format(n=wish.name)
        if clause.startswith("."):
            follow_ups.insert(0, clause[2:])
        else:
            clauses.insert(rng.choice((0, 0, len(clauses))), clause)
    sentence = "".join(c if c.startswith(",") else f" {c}" for c in (subject, *clauses)).strip()
    return _finish(rng, rng.choice(wish.openers), sentence, follow_ups)


def roughen(rng: random.Random, text: str) -> str:
    """`text` as typed in a hurry: a greeting, lower case, no full stop, a slip of the finger."""
    if rng.random() < 0.1:
        text = rng.choice(wording.GREETINGS) + text[0].lower() + text[1:]
    if rng.random() < 0.3:
        text = text.lower()
    if rng.random() < 0.35:
        text = text.rstrip(".?!")
    if rng.random() < 0.06:
        text = _slip(rng, text)
    return text


def _split_adjectives(rng: random.Random, wish: Wish) -> tuple[str, list[str]]:
    subject, clauses = wish.subject, []
    adjective_fits = subject.startswith(("a ", "an "))
    for value, clause in (
        (wish.color, rng.choice(("in {}", "in {}", "in {}", "in the color {}", "colored {}"))),
        (wish.speed, rng.choice(("that is {}", "and make it {}"))),
        (wish.shape, wish.shape_clause),
    ):
        if value and adjective_fits and rng.random() < 0.5:
            subject = with_article(f"{value} {subject.split(' ', 1)[1]}")
        elif value:
            clauses.append(clause.format(value))
    return subject, clauses


def _describe_part(noun: str, color: str) -> str:
    phrase = f"{color} {noun}"
    return phrase if noun in wording.WITHOUT_ARTICLE else with_article(phrase)


def _enumerate(things: list[str]) -> str:
    if len(things) == 1:
        return things[0]
    return f"{', '.join(things[:-1])} and {things[-1]}"


def _finish(rng: random.Random, opener: str, sentence: str, follow_ups: list[str]) -> str:
    text = opener.rstrip("?").format(a=sentence)
    text = text[0].upper() + text[1:]
    if rng.random() < 0.15:
        text += rng.choice(wording.ENDINGS)
    text += "?" if opener.endswith("?") else rng.choice((".", ".", "", "!"))
    if follow_ups:
        text = (
            ". ".join((text.rstrip("."), *follow_ups))
            if text[-1] not in "?!"
            else (" ".join((text, ". ".join(follow_ups))))
        )
        text += rng.choice((".", ""))
    if rng.random() < 0.07:
        text = rng.choice(wording.PREAMBLES) + text
    return roughen(rng, text)


def _slip(rng: random.Random, text: str) -> str:
    candidates = [word for word in wording.TYPOS if word in text.lower()]
    if not candidates:
        return text
    word = rng.choice(candidates)
    start = text.lower().index(word)
    return text[:start] + rng.choice(wording.TYPOS[word]) + text[start + len(word) :]
