"""Pages and posters in a real browser: the corpus's own are good, bad ones are told."""

import random

import pytest

from engine.training.corpus.decks import making
from engine.training.corpus.decks.topics import load_topics
from engine.training.corpus.languages import Language
from engine.training.corpus.posters import making as posters
from engine.training.corpus.values import Values
from engine.training.evaluation.browser import Theater
from engine.training.evaluation.sheets import DECK_PIXELS, POSTER_PIXELS, check_sheet

pytestmark = pytest.mark.browser


def _check_page(theater: Theater, content: str) -> list[str]:
    return check_sheet(theater, content, width=DECK_PIXELS[0], height=DECK_PIXELS[1])


def test_every_layout_fits_its_page(theater: Theater) -> None:
    topic = load_topics(Language.RUSSIAN)["solar-system"]
    cover, split, cards, rows = making.list_pages(Language.RUSSIAN, topic, 4)
    for title, content in (cover, split, cards, rows):
        assert _check_page(theater, content) == [], title


@pytest.mark.parametrize("size", ["A4", "story"])
def test_a_poster_fits_its_sheet(theater: Theater, size: str) -> None:
    values = Values(random.Random(2), Language.ENGLISH)
    turn, _ = posters.sample_turn(values)
    width, height = POSTER_PIXELS[size]
    content = turn.steps[0].arguments["content"]
    assert check_sheet(theater, content, width=width, height=height) == []


def test_a_text_that_leaves_the_page_is_told(theater: Theater) -> None:
    page = "<style>\np{position:absolute;left:1200px;font-size:40px}\n</style><p>Too far out</p>"
    assert _check_page(theater, page) == ["'Too far out' leaves the sheet"]


def test_small_letters_an_error_and_an_empty_page_are_told(theater: Theater) -> None:
    small = "<style>\np{font-size:9px;padding:99px}\n</style><p>Tiny</p><script>boom()</script>"
    problems = _check_page(theater, small)
    assert "'Tiny' is too small" in problems
    assert any("boom" in problem for problem in problems)
    assert _check_page(theater, "<style>\n</style>") == ["it says nothing"]
