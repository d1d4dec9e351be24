"""The topics that glm-nano knows: five pages of three points each, written down with care."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from engine.training.corpus.languages import Language

_FOLDER = Path(__file__).parent / "facts"
DEFAULT_THEME = "Paper"
_TOPICS_OF_THEME = {
    "Forest": "bees rainforest trees mushrooms wolves butterflies photosynthesis recycling",
    "Ocean": "oceans rivers glaciers clouds coral whales penguins sharks water-cycle internet",
    "Ember": "volcanoes deserts earthquakes mars sun electricity chocolate dinosaurs",
    "Midnight": "owls solar-system moon black-holes stars milky-way moon-landing space-station"
    " jupiter sleep light",
    "Rose": "cats heart brain bones dna vaccines",
}
_THEMES = {key: theme for theme, keys in _TOPICS_OF_THEME.items() for key in keys.split()}


@dataclass(frozen=True, slots=True)
class FactPage:
    """A page's title and its points."""

    title: str
    points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """`asked` are the words that stand for it in a request, in the form that the language needs
    there (Russian: with its preposition)."""

    key: str
    asked: tuple[str, ...]
    title: str
    subtitle: str
    pages: tuple[FactPage, ...]

    @property
    def theme(self) -> str:
        """The look that a deck has if nothing else is asked."""
        return _THEMES.get(self.key, DEFAULT_THEME)


@cache
def load_topics(language: Language) -> Mapping[str, Topic]:
    """The language's topics by key, in the order of the file."""
    text = (_FOLDER / f"{language.value}.txt").read_text(encoding="utf-8")
    topics = [_read_topic(block.split("\n")) for block in text.strip().split("\n\n")]
    return {topic.key: topic for topic in topics}


def _read_topic(lines: list[str]) -> Topic:
    key, asked, title, subtitle = lines[0].split(" | ")
    return Topic(key, tuple(asked.split(", ")), title, subtitle, tuple(map(_read_page, lines[1:])))


def _read_page(line: str) -> FactPage:
    title, _, points = line.partition(": ")
    return FactPage(title, tuple(points.split("; ")))
