"""Talk, honesty, search and drills in four languages."""

import itertools
import random
import re
from collections.abc import Callable

import pytest

from engine.training.corpus import search
from engine.training.corpus.catalog import FAMILIES
from engine.training.corpus.decks.topics import load_topics
from engine.training.corpus.drills import planning, quoting
from engine.training.corpus.edits.blocks import apply_edit
from engine.training.corpus.family import draw_request
from engine.training.corpus.languages import Language
from engine.training.corpus.names import is_held_out
from engine.training.corpus.saying import fit_particles
from engine.training.corpus.slots import Lot
from engine.training.corpus.talking import beyond, english, topics
from engine.training.corpus.talking import lookalike_wording as wording
from engine.training.corpus.talking.lookalike import Lookalike, draw_lookalike
from engine.training.corpus.turns import Turn
from engine.training.corpus.values import Values
from engine.training.corpus.words import is_held_out as is_held_out_pair

every_language = pytest.mark.parametrize("language", Language)
SCRIPTS = {
    Language.ENGLISH: "[a-zA-Z]{3}",
    Language.CHINESE: "[一-鿿]",
    Language.RUSSIAN: "[а-яА-Я]{3}",
    Language.KOREAN: "[가-힣]",
}
HONEST = {
    Language.ENGLISH: "small demonstration model",
    Language.CHINESE: "演示模型",
    Language.RUSSIAN: "демонстрационная модель",
    Language.KOREAN: "시연 모델",
}


def _draw(sample: Callable[[Values], Turn], language: Language, count: int) -> list[Turn]:
    rng = random.Random(5)
    return [sample(Values(rng, language)) for _ in range(count)]


@every_language
def test_talk_answers_in_the_language_of_the_prompt(language: Language) -> None:
    for turn in _draw(topics.sample_turn, language, 100):
        assert turn.rounds == ()
        assert re.search(SCRIPTS[language], turn.reply)
    prompts = {turn.prompt for turn in _draw(topics.sample_turn, language, 600)}
    assert len(prompts) >= 60


@every_language
def test_honest_answers_say_what_it_is_and_make_nothing(language: Language) -> None:
    for turn in _draw(beyond.sample_turn, language, 150):
        assert turn.rounds == ()
        assert HONEST[language] in turn.reply
    prompts = {turn.prompt for turn in _draw(beyond.sample_turn, language, 500)}
    assert len(prompts) > 300


@pytest.mark.parametrize("draw", [english.draw_question, english.draw_text_wish])
def test_filled_english_prompts_are_very_many(draw: Callable[[random.Random], str]) -> None:
    rng = random.Random(6)
    prompts = {draw(rng) for _ in range(1000)}
    assert len(prompts) > 700
    assert not any(re.search("[{}_]", prompt) for prompt in prompts)


def test_half_of_english_questions_are_filled_and_none_of_another_language(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(beyond._FILLED, beyond.Kind.QUESTION, lambda rng: "filled")
    filled = {}
    for language in Language:
        turns = _draw(beyond.sample_turn, language, 600)
        filled[language] = sum(turn.prompt == "filled" for turn in turns)
    assert 20 < filled.pop(Language.ENGLISH) < 80
    assert not any(filled.values())


@every_language
def test_what_only_looks_like_a_wish_is_none_of_the_things_and_topics(language: Language) -> None:
    rng, kinds, prompts = random.Random(6), set(), set()
    known = {asked for topic in load_topics(language).values() for asked in topic.asked}
    nouns = {
        subject.split("|")[-1].lower()
        for family in FAMILIES.values()
        for subject in family.subjects[language]
    }
    for wishes in (wording.GAMES, wording.PICTURES, wording.TEXTS, wording.THINGS):
        assert not nouns & {wish.split("|")[-1].lower() for wish in wishes[language]}
    assert not known & set(wording.TOPICS[language])
    for _ in range(500):
        prompt, kind = draw_lookalike(Values(rng, language))
        kinds.add(kind)
        prompts.add(prompt)
        assert not re.search(r"\{\w+\}|[|@<]", prompt)
    assert kinds == set(Lookalike)
    assert len(prompts) > 300


@every_language
def test_a_thing_may_be_asked_for_by_its_name_alone(language: Language) -> None:
    rng, bare = random.Random(11), 0
    family = FAMILIES["snake"]
    nouns = {subject.split("|")[-1].lower() for subject in family.subjects[language]}
    for _ in range(2000):
        request = draw_request(family, Lot(rng, language))
        bare += re.sub(r"[.!?。！？]$", "", request.prompt).lower() in nouns
        assert request.prompt
    assert 40 < bare < 300


@every_language
def test_no_slot_is_left_open(language: Language) -> None:
    for sample in (beyond.sample_turn, topics.sample_turn, search.sample_turn):
        for turn in _draw(sample, language, 150):
            assert not re.search(r"\{\w\}|\(으\)|\(를\)|\(는\)|\(가\)", turn.prompt + turn.reply)


@every_language
def test_a_search_is_answered_in_the_words_of_its_sources(language: Language) -> None:
    nothing = 0
    for turn in _draw(search.sample_turn, language, 100):
        (step,) = turn.steps
        assert step.arguments["query"] in turn.prompt
        cited = re.findall(r"^- (.*) \[(\d)\]$", turn.reply, re.MULTILINE)
        if step.result == search.NOTHING_FOUND:
            nothing += 1
            assert cited == []
            continue
        sources = re.findall(r"^\d\. .*\nhttps://.*\n(.*)$", step.result, re.MULTILINE)
        assert [text for text, _ in cited] == sources
        assert [number for _, number in cited] == [str(n) for n in range(1, len(sources) + 1)]
    assert 5 < nothing < 45


@every_language
def test_drills_copy_what_the_prompt_holds(language: Language) -> None:
    rng = random.Random(7)
    for _ in range(60):
        values = Values(rng, language)
        said = quoting.say_value(values)
        assert said.reply in said.prompt
        for write in (quoting.write_title, quoting.write_string):
            turn = write(values)
            given = turn.trace.split("Text: ", 1)[1]
            assert given in turn.prompt
            assert given in turn.reply
        listed = quoting.write_list(values)
        for item in re.findall("<li>(.*)</li>", listed.reply):
            assert item in listed.prompt
        edited = quoting.write_edit(values)
        old, new = edited.trace.split("Text: ", 1)[1].split(" → ")
        line = edited.prompt.rsplit("\n", 1)[1]
        assert apply_edit(line, edited.reply) == line.replace(old, new)


@every_language
def test_a_name_ends_before_words_of_many_kinds_and_at_the_end(language: Language) -> None:
    rng, behind = random.Random(8), set()
    for _ in range(300):
        turn = quoting.find_name(Values(rng, language))
        assert turn.reply in turn.prompt
        assert not is_held_out(turn.reply)
        behind.add(turn.prompt.rsplit(turn.reply, 1)[1])
    assert "" in behind
    assert len(behind) > 12


@every_language
def test_long_names_of_the_evaluation_are_never_of_the_corpus(language: Language) -> None:
    rng = random.Random(9)
    learned = [Values(rng, language).long_name() for _ in range(100)]
    asked = [Values(rng, language, held_out=True).long_name() for _ in range(100)]
    assert not any(map(is_held_out, learned))
    assert all(map(is_held_out, asked))
    if language is not Language.CHINESE:
        assert max(len(name.split()) for name in learned) >= 4


@every_language
def test_names_in_one_row_become_the_items_of_a_list(language: Language) -> None:
    rng = random.Random(10)
    for _ in range(60):
        turn = quoting.write_row(Values(rng, language))
        items = re.findall("<li>(.*)</li>", turn.reply)
        assert 1 <= len(items) <= 4
        places = [turn.prompt.index(item) for item in items]
        assert places == sorted(places)


@every_language
def test_words_in_lower_case_become_a_title_that_the_evaluation_does_not_ask_for(
    language: Language,
) -> None:
    rng = random.Random(12)
    for _ in range(100):
        turn = quoting.capitalize(Values(rng, language))
        assert turn.reply == turn.reply.title()
        assert turn.reply.lower() in turn.prompt
        assert not any(itertools.starmap(is_held_out_pair, itertools.pairwise(turn.reply.split())))


@every_language
def test_plans_make_nothing_and_say_the_slots(language: Language) -> None:
    for turn in _draw(planning.sample_turn, language, 60):
        assert turn.rounds == ()
        assert turn.reply.startswith("Plan: ")
        for line in turn.trace.split("\n")[1:]:
            assert line in turn.reply


@pytest.mark.parametrize(
    ("word", "fitted"),
    [
        ("나비", "나비로 나비를"),
        ("성", "성으로 성을"),
        ("별", "별로 별을"),
        ("Pong", "Pong로 Pong를"),
    ],
)
def test_korean_particles_follow_the_last_sound(word: str, fitted: str) -> None:
    template = fit_particles("{n}(으)로 {n}을(를)", {"n": word})
    assert template.format(n=word) == fitted


@pytest.mark.parametrize("language", Language)
def test_a_quiz_about_something_wants_questions_first(language: Language) -> None:
    turns = [beyond.sample_turn(Values(random.Random(seed), language)) for seed in range(600)]
    quizzes = [turn for turn in turns if turn.trace.startswith("The user wants a quiz")]
    assert 15 < len(quizzes) < 80
    assert not any(turn.steps for turn in quizzes)
    assert len({turn.prompt for turn in quizzes}) > 10
    held_out = [beyond.sample_turn(Values(random.Random(s), language, True)) for s in range(300)]
    assert not any(turn.trace.startswith("The user wants a quiz") for turn in held_out)
