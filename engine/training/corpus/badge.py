"""SVG badges: text of one to three words, a color, one of five shapes."""

import random
from dataclasses import dataclass

from engine.training.corpus.conversation import Artifact, Exchange
from engine.training.corpus.phrasing import Wish, phrase_request, with_article
from engine.training.corpus.words import COLORS, sample_name

FAMILY = "badge"
SHAPES: dict[str, str] = {
    "circle": "M100 8a92 92 0 1 0 .1 0z",
    "shield": "M100 6q40 20 88 14v70q0 70-88 106q-88-36-88-106v-70q48 6 88-14z",
    "hexagon": "M100 6l84 48v92l-84 48l-84-48v-92z",
    "square": "M40 9h120q31 0 31 31v120q0 31-31 31h-120q-31 0-31-31v-120q0-31 31-31z",
    "star": "M100 1l29 29h41v41l29 29l-29 29v41h-41l-29 29l-29-29h-41v-41l-29-29l29-29v-41h41z",
}
_DARK_INK = frozenset(
    {"gold", "yellow", "silver", "lime", "pink", "turquoise", "orange", "coral", "violet"}
)
_FONT_SIZES = {1: "27", 2: "24", 3: "21"}
_TOPS = {1: ("110",), 2: ("96", "126"), 3: ("84", "110", "136")}
_SUBJECTS = (
    *("an SVG badge",) * 5,
    *("a badge",) * 5,
    "an svg badge",
    "a SVG badge",
    "a pretty badge",
    "a nice badge",
    "a small badge",
    "a little badge",
    "a vector badge",
    "a badge in SVG",
    "an SVG emblem",
    "an emblem",
    "an SVG medal",
    "a sticker",
    "a logo badge",
    "a badge graphic",
    "an SVG label",
)
_OPENERS = (
    *("Draw {a}",) * 6,
    *("Make {a}",) * 4,
    *("Create {a}",) * 3,
    "Design {a}",
    "Generate {a}",
    "Give me {a}",
    "Make me {a}",
    "Draw me {a}",
    "Please draw {a}",
    "Please make {a}",
    "Please create {a}",
    "Can you draw {a}?",
    "Can you make {a}?",
    "Can you make me {a}?",
    "Can you draw me {a}?",
    "Could you draw {a}?",
    "Could you design {a}?",
    "Could you make {a} for me?",
    "Would you draw {a}?",
    "I want {a}",
    "I would like {a}",
    "I'd like {a}",
    "I need {a}",
    "We need {a}",
    "Can I have {a}?",
    "Can I get {a}?",
    "Show me {a}",
    "How about {a}?",
    "Let's draw {a}",
    "My team wants {a}",
    "Pls draw {a}",
    "Pls make {a}",
    "Would you make {a}?",
    "Please design {a}",
    "I was hoping for {a}",
    "Can you create {a}?",
    "Could you create {a} for me?",
    "Do you think you can draw {a}?",
    "{a}",
    "{a}",
)
_TEXTS = (
    *("that says {n}",) * 6,
    *("saying {n}",) * 3,
    *("with the text {n}",) * 3,
    "that reads {n}",
    "reading {n}",
    "with the words {n}",
    "with the words {n} on it",
    "with {n} on it",
    "with {n} written on it",
    "with the name {n}",
    "for {n}",
    "for the {n} team",
    "that shows {n}",
    "showing {n}",
    'that says "{n}"',
    "that says '{n}'",
    'with the text "{n}"',
    'with "{n}" on it',
    "and write {n} on it",
    "and it should say {n}",
    ". It should say {n}",
    ". Text: {n}",
    ". The text is {n}",
    ". It says {n}",
    ". Write {n} on it",
)
_SHAPE_NAMES = {
    "circle": ("circle", "round", "circular"),
    "shield": ("shield", "shield-shaped"),
    "hexagon": ("hexagon", "hexagonal", "hexagon-shaped"),
    "square": ("square",),
    "star": ("star", "star-shaped"),
}


@dataclass(frozen=True, slots=True)
class Badge:
    """The slots; the defaults are what an answer uses when nothing was asked."""

    text: str = "Hello"
    color: str = "royalblue"
    shape: str = "circle"


def render_svg(slots: Badge) -> str:
    """The complete SVG document: plate, shine, inner line, stars, one line of text per word."""
    words = slots.text.split()
    ink = "black" if slots.color in _DARK_INK else "white"
    lines = "\n".join(
        f'<text x="100" y="{top}">{word}</text>'
        for top, word in zip(_TOPS[len(words)], words, strict=True)
    )
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200">
<title>{slots.text}</title>
<linearGradient id="shine" x2="0" y2="1">
<stop stop-color="#fff6"/><stop offset="1" stop-color="#0005"/>
</linearGradient>
<defs><path id="plate" d="{SHAPES[slots.shape]}"/></defs>
<use href="#plate" fill="{slots.color}"/>
<use href="#plate" fill="url(#shine)"/>
<g transform="translate(10 10) scale(.9)">
<use href="#plate" fill="none" stroke="{ink}" stroke-width="2"/>
</g>
<g fill="{ink}" font-family="sans-serif" font-weight="bold" text-anchor="middle">
<text x="100" y="54" font-size="18">★ ★ ★</text>
<g font-size="{_FONT_SIZES[len(words)]}">
{lines}
</g>
</g>
</svg>"""


def answer_request(prompt: str, slots: Badge) -> Exchange:
    """The exchange that makes the badge of `slots`."""
    trace = (
        f"The user wants an SVG badge.\nText: {slots.text}\nColor: {slots.color}\n"
        f"Shape: {slots.shape}"
    )
    artifact = Artifact("badge", "svg", slots.text, render_svg(slots))
    reply = f"Here is your {slots.color} badge: {slots.text}."
    return Exchange(prompt, trace, reply, artifact)


def sample_exchange(rng: random.Random) -> Exchange:
    """A request in one of very many phrasings, with its answer."""
    wish, slots = sample_wish(rng)
    return answer_request(phrase_request(rng, wish), slots)


def sample_wish(rng: random.Random) -> tuple[Wish, Badge]:
    """What is asked for, and the slots that fulfill it."""
    asked: dict[str, str] = {}
    wish = Wish(subject=rng.choice(_SUBJECTS), openers=_OPENERS, name_clauses=_TEXTS)
    if rng.random() < 0.96:
        asked["text"] = wish.name = sample_name(rng, rng.choice((1, 1, 2, 2, 2, 2, 2, 3)))
    if rng.random() < 0.65:
        asked["color"] = wish.color = rng.choice(COLORS)
    if rng.random() < 0.35:
        asked["shape"] = rng.choice(tuple(SHAPES))
        wish.shape = rng.choice(_SHAPE_NAMES[asked["shape"]])
        wish.shape_clause = f"in the shape of {with_article(asked['shape'])}"
    return wish, Badge(**asked)
