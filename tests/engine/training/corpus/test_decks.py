"""Decks: sixty topics, pages in the words of the notes, and changes that leave the rest alone."""

import random
import re

import pytest

from engine.training.corpus.decks import changing, making
from engine.training.corpus.decks.deck import Deck
from engine.training.corpus.decks.topics import load_topics
from engine.training.corpus.edits.blocks import apply_edit
from engine.training.corpus.languages import Language
from engine.training.corpus.names import is_held_out
from engine.training.corpus.turns import Turn
from engine.training.corpus.values import Values

every_language = pytest.mark.parametrize("language", Language)
SCRIPTS = {
    Language.ENGLISH: "[a-zA-Z]",
    Language.CHINESE: "[一-鿿]",
    Language.RUSSIAN: "[а-яА-Я]",
    Language.KOREAN: "[가-힣]",
}


def _values(language: Language, seed: int, *, held_out: bool = False) -> Values:
    return Values(random.Random(f"{language}:{seed}"), language, held_out)


def _pages(turn: Turn) -> list[tuple[str, str]]:
    calls = [step.arguments for step in turn.steps if step.tool == "insert_page"]
    return [(arguments["title"], arguments["content"]) for arguments in calls]


@every_language
def test_topics_are_many_and_whole(language: Language) -> None:
    topics = load_topics(language)
    assert len(topics) >= (60 if language is Language.ENGLISH else 20)
    for topic in topics.values():
        assert re.search(SCRIPTS[language], topic.title) or topic.key == "dna"
        assert len(topic.pages) == 5
        assert len({page.title for page in topic.pages}) == 5
        for page in topic.pages:
            assert len(page.points) == 3
            assert all(5 <= len(point) <= 60 or language in "zhko" for point in page.points)


@every_language
def test_a_deck_has_the_asked_pages_in_order(language: Language) -> None:
    for seed in range(60):
        values = _values(language, seed)
        wish = making.sample_wish(values)
        turn, deck = making.make_deck(values.rng, wish, making.phrase_wish(values.rng, wish))
        first, *pages = turn.steps
        assert first.arguments["id"] == wish.topic.key
        assert first.arguments["theme"] == (wish.theme or wish.topic.theme)
        numbered = first.arguments["outline"].split("\n")
        titles = [line.split(". ", 1)[1] for line in numbered]
        assert numbered == [f"{place}. {title}" for place, title in enumerate(titles, 1)]
        assert len(titles) == wish.count == len(pages) == len(deck.pages)
        assert [step.arguments["position"] for step in pages] == [
            str(place) for place in range(1, wish.count + 1)
        ]
        assert [title for title, _ in _pages(turn)] == titles
        for title, content in _pages(turn):
            assert f"<h1>{title}</h1>" in content
        assert any(words in turn.prompt for words in wish.topic.asked)
        assert deck.version == wish.count + 1


@every_language
def test_a_deck_from_notes_uses_their_words(language: Language) -> None:
    for seed in range(60):
        turn, deck = making.sample_notes_turn(_values(language, seed))
        assert deck.title in turn.prompt
        for title, content in _pages(turn)[1:]:
            shown = re.findall(r"<(?:h1|p)>(.*)</", content)
            assert shown[-1] in turn.prompt
            assert title in turn.prompt


@every_language
def test_a_change_touches_one_page_only(language: Language) -> None:
    for seed in range(70):
        values = _values(language, seed)
        _, deck = changing.sample_past_deck(values)
        change = changing.sample_change(values, deck)
        before = {page.id: page for page in deck.pages}
        after = {page.id: page for page in change.deck.pages}
        touched = {key for key in before.keys() | after if before.get(key) != after.get(key)}
        assert len(touched) <= 1
        assert change.deck.version == deck.version + 1
        last = change.turn.steps[-1]
        assert f"version {change.deck.version}." in last.result
        if last.tool == "update_page":
            key = touched.pop()
            edited = apply_edit(before[key].content, last.arguments["edits"])
            assert edited == after[key].content
            assert after[key].title in (before[key].title, last.arguments.get("title"))


def test_pages_are_removed_moved_and_added_where_it_is_asked() -> None:
    values = _values(Language.ENGLISH, 1)
    _, deck = making.sample_turn(values)
    removed = changing.remove_one(values, deck)
    place = int(removed.turn.steps[0].arguments["positions"])
    assert deck.pages[place - 1] not in removed.deck.pages
    moved = changing.move_one(values, deck)
    arguments = moved.turn.steps[0].arguments
    page = deck.pages[int(arguments["from"]) - 1]
    assert moved.deck.pages.index(page) == int(arguments["to"]) - 1
    added = changing.add_one(values, deck)
    assert added.turn.steps[0].arguments["position"] == "last"
    assert added.deck.pages[:-1] == deck.pages


def test_the_theme_changes_no_page() -> None:
    values = _values(Language.RUSSIAN, 1)
    _, deck = making.sample_turn(values)
    change = changing.change_theme(values, deck)
    assert change.deck.theme != deck.theme
    assert change.deck.pages == deck.pages


def test_combinations_for_the_evaluation_are_never_drawn() -> None:
    for seed in range(200):
        wish = making.sample_wish(_values(Language.ENGLISH, seed))
        kept = making.sample_wish(_values(Language.ENGLISH, seed, held_out=True))
        assert not is_held_out(f"{wish.topic.key} {wish.count} {wish.theme}")
        assert is_held_out(f"{kept.topic.key} {kept.count} {kept.theme}")


@every_language
def test_requests_are_phrased_in_many_ways(language: Language) -> None:
    topic = load_topics(language)["moon"]
    rng = random.Random(3)
    wish = making.DeckWish(language, topic, 6, "Ocean")
    assert len({making.phrase_wish(rng, wish).lower() for _ in range(400)}) > 200


def test_the_same_seed_gives_the_same_deck() -> None:
    def draw() -> tuple[Turn, Deck]:
        return making.sample_turn(_values(Language.KOREAN, 8))

    assert draw() == draw()


@every_language
def test_the_last_page_is_removed_by_that_word(language: Language) -> None:
    found = 0
    for seed in range(60):
        values = _values(language, seed)
        _, deck = making.sample_turn(values)
        change = changing.remove_one(values, deck)
        step = change.turn.steps[0]
        if step.arguments["positions"] == "last":
            found += 1
            assert change.deck.pages == deck.pages[:-1]
            assert not re.search(r"\d", change.turn.prompt)
    assert 8 < found < 40


def test_notes_stand_one_below_the_other_or_in_a_line() -> None:
    in_a_line = 0
    for seed in range(80):
        turn, deck = making.sample_notes_turn(_values(Language.ENGLISH, seed))
        if "\n" not in turn.prompt:
            in_a_line += 1
            assert turn.prompt.count("; ") == len(deck.pages) - 2
    assert 8 < in_a_line < 40
