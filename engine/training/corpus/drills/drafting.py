"""Drafts: the outline of a deck and the texts of its pages, without the pages around them.

A page is five times as long as what it says. Which facts a topic has, how many pages were asked
for and which note comes next is read more often where only that is written.
"""

import re

from engine.training.corpus.decks import making as decks
from engine.training.corpus.languages import Choices, Language
from engine.training.corpus.saying import say
from engine.training.corpus.turns import Turn
from engine.training.corpus.values import Values

FAMILY = "drafts"
_NOTES_SHARE = 0.35
_TEXTS = re.compile(r"<h1>.*(?=\n</html>)", re.DOTALL)
_EN, _ZH, _RU, _KO = Language
_OPENERS: Choices = {
    _EN: ("Only the texts", "A draft", "Just draft this", "The texts first", "Draft"),
    _ZH: ("只写文字", "先写草稿", "草稿", "只要各页的文字"),
    _RU: ("Только тексты", "Черновик", "Сначала черновик", "Набросай тексты"),
    _KO: ("글만 써 줘", "초안", "초안만 부탁해", "쪽마다 글만"),
}


def sample_turn(values: Values) -> Turn:
    """A request for a deck below the words that only want its texts, and the texts."""
    by_notes = values.rng.random() < _NOTES_SHARE
    asked = decks.sample_notes_turn(values) if by_notes else decks.sample_turn(values)
    turn, deck = asked
    prompt = say(values.rng, values.language, values.rng.choice(_OPENERS[values.language]))
    parts = [str(turn.steps[0].arguments["outline"])]
    for place, page in enumerate(deck.pages, 1):
        texts = _TEXTS.search(page.content)
        assert texts is not None
        parts.append(f"{place}. {page.title}\n{texts.group()}")
    return Turn(f"{prompt}\n{turn.prompt}", turn.trace, "\n".join(parts))
