"""Slots that hold words: the thing itself, an open text, a list, rows with numbers, questions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from engine.training.corpus import everyday
from engine.training.corpus.languages import Choices, Language, Texts
from engine.training.corpus.names import is_held_out
from engine.training.corpus.slots import IN_PICTURE, Lot, Wish

_NAME_SHARE = 0.35  # how often an item of a list is an open name instead of a word of the pool
_EVERYDAY_SHARE = 0.35  # of the corpus' items
_BARE_SHARE = 0.2  # how often the corpus tells them with no word that says what they are
_LAST_JOINTS: Choices = {
    Language.ENGLISH: (" and ", ", "),
    Language.CHINESE: ("和", "、"),
    Language.RUSSIAN: (" и ", ", "),
    Language.KOREAN: (", ", ", "),
}
_BARE: Choices = {
    Language.ENGLISH: (":{v}", " with {v}", " of {v}"),
    Language.CHINESE: (":{v}", ".{v}"),
    Language.RUSSIAN: (":{v}", ".{v}"),
    Language.KOREAN: (":{v}", ".{v}"),
}
_MORE_COUNTS = (4, 4)  # long lists are learned last, so the corpus has more of them
SEPARATOR = ", "


@dataclass(frozen=True, slots=True)
class NounSlot:
    """Which thing it is: every request says so, by the mark of its subjects (`{key}`).

    `naming` as in `ChoiceSlot`; `others` are further words for some things, in the corpus only.
    """

    key: str
    label: str
    nouns: Mapping[str, Texts]
    sources: Mapping[str, str]
    default: str
    chance: float = 1.0
    naming: str = IN_PICTURE
    others: Mapping[str, Choices] = field(default_factory=dict)

    def draw(self, lot: Lot) -> Wish:
        """Any of the things."""
        value = lot.rng.choice(tuple(self.nouns))
        nouns: tuple[str, ...] = (self.nouns[value][lot.language],)
        if not lot.held_out and value in self.others:
            nouns += self.others[value].get(lot.language, ())
        noun = nouns[0] if len(nouns) == 1 else lot.rng.choice(nouns)
        return Wish(value, "", {self.key.lower(): noun})

    def get_default(self, language: Language) -> str:
        """The first thing."""
        del language
        return self.default

    def to_source(self, value: str, language: Language) -> str:
        """What draws the thing."""
        del language
        return self.sources[value]


@dataclass(frozen=True, slots=True)
class TextSlot:
    """A short text given in the prompt: `{v}` in the clauses. A hash holds some out."""

    key: str
    label: str
    clauses: Choices
    pool: Choices
    default: Texts
    chance: float = 0.5

    def draw(self, lot: Lot) -> Wish:
        """A text of the pool."""
        return _given(self.key, draw_word(lot, self.pool), self.clauses, lot)

    def get_default(self, language: Language) -> str:
        """The text of the language."""
        return self.default[language]

    def to_source(self, value: str, language: Language) -> str:
        """The text itself."""
        del language
        return value


@dataclass(frozen=True, slots=True)
class ListSlot:
    """A few words or open names given in the prompt; `item` is the source of one, with `{}`."""

    key: str
    label: str
    clauses: Choices
    pool: Choices
    default: Texts
    item: str
    counts: tuple[int, ...] = (2, 3, 3, 4)
    chance: float = 0.5

    def draw(self, lot: Lot) -> Wish:
        """Different items, told as people tell a list."""
        counts = self.counts if lot.held_out else (*self.counts, *_MORE_COUNTS)
        items = draw_words(lot, self.pool, lot.rng.choice(counts))
        wish = _given(self.key, tell_list(lot, items), self.clauses, lot, bare=True)
        return Wish(SEPARATOR.join(items), wish.clause, wish.given)

    def get_default(self, language: Language) -> str:
        """The list of the language."""
        return self.default[language]

    def to_source(self, value: str, language: Language) -> str:
        """One line for every item."""
        del language
        return "\n".join(self.item.replace("{}", item) for item in value.split(SEPARATOR))


@dataclass(frozen=True, slots=True)
class RowsSlot:
    """Rows that the prompt gives and the artifact repeats: told by `tell`, drawn by `draw_rows`.

    A value is its rows joined by " | ".
    """

    key: str
    label: str
    clauses: Choices
    draw_rows: Callable[[Lot], Sequence[str]]
    tell: Callable[[Lot, Sequence[str]], str]
    write: Callable[[Sequence[str]], str]
    default: Texts
    chance: float = 0.9

    def draw(self, lot: Lot) -> Wish:
        """Some rows."""
        rows = self.draw_rows(lot)
        wish = _given(self.key, self.tell(lot, rows), self.clauses, lot, bare=True)
        return Wish(" | ".join(rows), wish.clause, wish.given)

    def get_default(self, language: Language) -> str:
        """The rows of the language."""
        return self.default[language]

    def to_source(self, value: str, language: Language) -> str:
        """The source of all rows."""
        del language
        return self.write(value.split(" | "))


def draw_word(lot: Lot, pool: Choices) -> str:
    """A word of the pool: one that is held out only where `lot` wants such."""
    words = [word for word in pool[lot.language] if is_held_out(word) is lot.held_out]
    return lot.rng.choice(words) if words else lot.draw_name()


def draw_words(lot: Lot, pool: Choices, count: int) -> list[str]:
    """Different words of the pool and open names."""
    words: list[str] = []
    while len(words) < count:
        named = lot.rng.random() < _NAME_SHARE
        word = lot.draw_name() if named else draw_word(lot, pool)
        if not lot.held_out and lot.rng.random() < _EVERYDAY_SHARE:
            word = everyday.draw_words(lot.rng, lot.language, lot.rng.choice((1, 1, 2)))
        if word in words:
            word = lot.draw_name()
        if word not in words:
            words.append(word)
    return words


def tell_list(lot: Lot, items: Sequence[str]) -> str:
    """The items in a row, as a person of the language writes them."""
    comma = "、" if lot.language is Language.CHINESE else ", "
    joint = lot.rng.choice(_LAST_JOINTS[lot.language])
    return joint.join((comma.join(items[:-1]), items[-1]))


def _given(key: str, text: str, clauses: Choices, lot: Lot, *, bare: bool = False) -> Wish:
    clause = lot.rng.choice(clauses[lot.language])
    if bare and not lot.held_out and lot.rng.random() < _BARE_SHARE:
        clause = lot.rng.choice(_BARE[lot.language])
    clause = clause.replace("{v}", f"{{{key.lower()}}}")
    return Wish(text, clause, {key.lower(): text})
