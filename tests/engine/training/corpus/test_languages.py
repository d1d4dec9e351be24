"""Requests in four languages: what was given stands in them as it is, held-out names never do."""

import random
import re

import pytest

from engine.training.corpus import asking, everyday
from engine.training.corpus.colors import COLORS
from engine.training.corpus.languages import Language, ask, ends_in_consonant, fix_article
from engine.training.corpus.names import draw_held_out_name, draw_name, is_held_out

SCRIPTS = {
    Language.ENGLISH: r"[A-Za-z]",
    Language.CHINESE: r"[一-鿿]",
    Language.RUSSIAN: r"[А-Яа-яё]",
    Language.KOREAN: r"[가-힣]",
}
SUBJECTS = {
    Language.ENGLISH: "a |Pong game",
    Language.CHINESE: "一个|乒乓球游戏",
    Language.RUSSIAN: "игру «Пинг-понг»",
    Language.KOREAN: "|탁구 게임",
}


def _request(rng: random.Random, language: Language, name: str) -> str:
    clauses = [rng.choice(asking.NAMES[language]), rng.choice(asking.FAST[language])]
    return ask(
        rng,
        language,
        opener=rng.choice(asking.PLAY[language]),
        subject=SUBJECTS[language],
        clauses=clauses,
        slots={"n": name},
    )


@pytest.mark.parametrize("language", Language)
def test_a_name_stands_in_the_request_as_it_is(language: Language) -> None:
    rng = random.Random(1)
    for _ in range(300):
        name = draw_name(rng, language)
        prompt = _request(rng, language, name)
        assert name in prompt
        assert not re.search(r"[{}|<]|\s\s|\s$", prompt), prompt
        assert re.search(SCRIPTS[language], prompt)


@pytest.mark.parametrize("language", Language)
def test_one_wish_is_put_into_very_many_words(language: Language) -> None:
    rng = random.Random(2)
    prompts = {_request(rng, language, "Nova") for _ in range(400)}
    assert len(prompts) > 250


@pytest.mark.parametrize("language", Language)
def test_no_name_is_both_drawn_and_held_out(language: Language) -> None:
    rng = random.Random(3)
    assert not any(is_held_out(draw_name(rng, language).upper()) for _ in range(500))
    assert all(is_held_out(draw_held_out_name(rng, language)) for _ in range(100))


@pytest.mark.parametrize("language", Language)
def test_names_are_mostly_of_the_script_and_often_new(language: Language) -> None:
    rng = random.Random(4)
    names = [draw_name(rng, language) for _ in range(500)]
    assert sum(bool(re.match(SCRIPTS[language], name)) for name in names) > 350
    assert len(set(names)) > 300
    assert not any(re.search(r"[<>&'\"{}\\]", name) for name in names)


def test_the_same_seed_gives_the_same_requests() -> None:
    def draw(seed: int) -> list[str]:
        rng = random.Random(seed)
        return [_request(rng, language, draw_name(rng, language)) for language in Language]

    assert draw(7) == draw(7) != draw(8)


def test_colors_have_words_of_their_own_in_every_language() -> None:
    assert len({color.css for color in COLORS}) == len(COLORS) == 18
    for language in Language:
        words = [color.word(language) for color in COLORS]
        assert len(set(words)) == len(words)
        assert all(re.match(SCRIPTS[language], word) for word in words)


def test_articles_and_particles_follow_the_sound() -> None:
    assert fix_article("Make a orange game with a ball") == "Make an orange game with a ball"
    assert fix_article("a Indigo") == "an Indigo"
    assert ends_in_consonant("뱀")
    assert not ends_in_consonant("새")
    assert not ends_in_consonant("Nova")


def test_a_list_stands_behind_a_colon_at_the_end_of_the_subject() -> None:
    prompt = ask(
        random.Random(1),
        Language.ENGLISH,
        opener="Make {a}",
        subject="a |list",
        clauses=(":{v}", " called {n}"),
        slots={"v": "milk, eggs", "n": "Monday"},
    )
    assert "list called Monday: milk, eggs" in prompt


@pytest.mark.parametrize("language", Language)
def test_everyday_words_are_many_and_typed_as_they_are(language: Language) -> None:
    words = everyday.WORDS[language]
    assert len(set(words)) == len(words) > 80
    assert all(word == word.lower() for word in words)
    drawn = {everyday.draw_words(random.Random(seed), language, 3) for seed in range(200)}
    assert len(drawn) > 150
