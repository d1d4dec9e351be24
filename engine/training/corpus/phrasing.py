"""How people ask: one wish put into words in thousands of ways, neat or casual."""

import random
from dataclasses import dataclass, field

GAME_OPENERS = (
    *("Make {a}",) * 5,
    *("Create {a}",) * 3,
    *("Build {a}",) * 2,
    *("Can you make {a}?",) * 2,
    "Can you make me {a}?",
    "Can you create {a}?",
    "Can you build {a}?",
    "Can you build me {a}?",
    "Could you make {a}?",
    "Could you create {a} for me?",
    "Could you build me {a}?",
    "Could you please make {a}?",
    "Would you make {a} for me?",
    "Will you make {a}?",
    "Please make {a}",
    "Please create {a}",
    "Please build me {a}",
    "I want {a}",
    "I want to play {a}",
    "I want you to make {a}",
    "I would like {a}",
    "I'd like {a}",
    "I'd love {a}",
    "I need {a}",
    "Give me {a}",
    "Make me {a}",
    "Build me {a}",
    "Create me {a}",
    "Generate {a}",
    "Write {a}",
    "Code {a}",
    "Program {a}",
    "Design {a}",
    "Develop {a}",
    "Let me play {a}",
    "Let's play {a}",
    "Let's make {a}",
    "Show me {a}",
    "How about {a}?",
    "May I have {a}?",
    "Can I have {a}?",
    "Can I get {a}?",
    "Can I play {a}?",
    "Do you think you can make {a}?",
    "Are you able to make {a}?",
    "My kids want {a}",
    "We need {a}",
    "Try to make {a}",
    "I am bored, make {a}",
    "Pls make {a}",
    "Pls create {a}",
    "Put together {a}",
    "Set up {a}",
    "What about {a}?",
    "Would you be able to make {a}?",
    "Would you please build {a}?",
    "I was hoping for {a}",
    "It would be nice to have {a}",
    "{a}",
    "{a}",
)
GAME_NAMES = (
    *("called {n}",) * 4,
    *("named {n}",) * 3,
    "titled {n}",
    "with the title {n}",
    "with the name {n}",
    "and call it {n}",
    "and name it {n}",
    'called "{n}"',
    "named '{n}'",
    'with the title "{n}"',
    "whose title is {n}",
    "entitled {n}",
    ". Call it {n}",
    ". Name it {n}",
    ". The title is {n}",
    ". Title: {n}",
    ". The name should be {n}",
    ", the title should be {n}",
    ", it should be called {n}",
)
_GREETINGS = (
    "Hi! ",
    "Hi, ",
    "Hello! ",
    "Hello, ",
    "Hey, ",
    "Hey! ",
    "hi ",
    "Good morning! ",
    "OK, ",
)
_PREAMBLES = (
    "I am bored. ",
    "My son loves games. ",
    "My daughter asked for this: ",
    "It is for my class. ",
    "We have a party today. ",
    "For our kids: ",
    "I have an idea. ",
    "One more thing. ",
    "My friends are here! ",
    "We finished our work! ",
    "It is raining outside. ",
    "I just found this page. ",
    "You are good at this, ",
    "Quick request: ",
)
_ENDINGS = (
    " please",
    ", please",
    " for me",
    " pls",
    " now",
    ", thanks",
    " thank you",
    " plz",
    " today",
)
_FOLLOW_UPS = (
    "Make the {noun} {color}",
    "The {noun} should be {color}",
    "Use {color} for the {noun}",
)
_WITHOUT_ARTICLE = ("pipes", "apples", "food", "fruit")
_TYPOS = {
    "flappy": ("flapy", "flapp", "flappi"),
    "bird": ("brid", "birdd"),
    "snake": ("snak", "snkae", "sanke"),
    "badge": ("bagde", "badg", "bage"),
    "game": ("gmae", "gam"),
    "make": ("mkae", "maek"),
    "create": ("creat", "crate"),
    "called": ("caled",),
    "please": ("plase", "pleas"),
    "can you": ("can u",),
    "could you": ("could u",),
    "with": ("wiht",),
}


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
    openers: tuple[str, ...] = GAME_OPENERS
    name_clauses: tuple[str, ...] = GAME_NAMES


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
        follow_ups.append(rng.choice(_FOLLOW_UPS).format(noun=noun, color=color))
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
        text = rng.choice(_GREETINGS) + text[0].lower() + text[1:]
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
    return phrase if noun in _WITHOUT_ARTICLE else with_article(phrase)


def _enumerate(things: list[str]) -> str:
    if len(things) == 1:
        return things[0]
    return f"{', '.join(things[:-1])} and {things[-1]}"


def _finish(rng: random.Random, opener: str, sentence: str, follow_ups: list[str]) -> str:
    text = opener.rstrip("?").format(a=sentence)
    text = text[0].upper() + text[1:]
    if rng.random() < 0.15:
        text += rng.choice(_ENDINGS)
    text += "?" if opener.endswith("?") else rng.choice((".", ".", "", "!"))
    if follow_ups:
        text = (
            ". ".join((text.rstrip("."), *follow_ups))
            if text[-1] not in "?!"
            else (" ".join((text, ". ".join(follow_ups))))
        )
        text += rng.choice((".", ""))
    if rng.random() < 0.07:
        text = rng.choice(_PREAMBLES) + text
    return roughen(rng, text)


def _slip(rng: random.Random, text: str) -> str:
    candidates = [word for word in _TYPOS if word in text.lower()]
    if not candidates:
        return text
    word = rng.choice(candidates)
    start = text.lower().index(word)
    return text[:start] + rng.choice(_TYPOS[word]) + text[start + len(word) :]
