"""What is read from the source alone: held-out requests, calls, texts, bars."""

import pytest

from engine.training.corpus.catalog import FAMILIES
from engine.training.corpus.family import Request, answer_request, get_default_values, render
from engine.training.corpus.languages import Language
from engine.training.corpus.names import is_held_out
from engine.training.evaluation.expectations import (
    check_call,
    draw_requests,
    is_exact,
    judge_bars,
    list_wanted_colors,
    list_wanted_texts,
)
from engine.training.evaluation.looks import Look, judge_look


def _request(name: str, language: Language = Language.ENGLISH, **values: str) -> Request:
    family = FAMILIES[name]
    filled = get_default_values(family, language) | values
    return Request(family, language, "", filled, tuple(values))


def test_evaluation_asks_every_family_in_every_language_for_held_out_names() -> None:
    requests = draw_requests(2)
    assert len(requests) == 2 * len(Language) * len(FAMILIES)
    assert all(is_held_out(request.values["TITLE"]) for request in requests)
    assert requests == draw_requests(2)


def test_what_the_corpus_makes_is_exact_and_no_problem() -> None:
    for request in draw_requests(1):
        made = answer_request(request).artifact
        assert made is not None
        assert is_exact(request, made.content)
        assert check_call(request, made.type, made.title, made.content) == []


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        ("goal=7;", "goal=70;", "Points to win is not 7"),
        ("/.36,", "/.3,", "Speed is not fast"),
    ],
)
def test_a_number_or_a_speed_that_was_not_copied_is_found(
    right: str, wrong: str, problem: str
) -> None:
    request = _request("pong", GOAL="7", SPEED="fast")
    content = render(request.family, request.language, request.values)
    assert right in content
    assert check_call(request, "html", "Pong", content) == []
    assert check_call(request, "html", "Pong", content.replace(right, wrong)) == [problem]
    assert not is_exact(request, content.replace(right, wrong))


def test_a_wrong_kind_or_title_is_found() -> None:
    request = _request("icon", TITLE="별빛 여우")
    content = render(request.family, request.language, request.values)
    assert check_call(request, "html", "별빛 여우", content) == ["it is 'html'"]
    assert check_call(request, "svg", "별빛", content) == ["it is titled '별빛'"]


def test_wanted_are_the_given_texts_and_the_asked_colors() -> None:
    chart = _request("bar_chart", COLOR="teal", ROWS="茶 12 | 咖啡 3481")
    assert list_wanted_texts(chart) == ["茶", "12", "咖啡", "3481"]
    assert list_wanted_colors(chart) == ["teal"]
    quiz = _request("quiz", TITLE="Nova", QUESTIONS="Столица Перу? Лима | 2 + 2? 4")
    assert list_wanted_texts(quiz) == ["Nova", "Столица Перу?", "2 + 2?"]
    assert list_wanted_colors(quiz) == []
    page = _request("landing_page", TITLE="Nova", LINE="Good bread", POINTS="One, Two")
    assert list_wanted_texts(page) == ["Nova", "Good bread", "One", "Two"]


def test_bars_must_stand_in_the_proportion_of_their_numbers() -> None:
    assert judge_bars([10, 20, 5], [100.0, 200.0, 51.0]) == []
    assert judge_bars([10, 20, 5], [100.0, 200.0, 80.0]) == ["the bar of 5 has another height"]
    assert judge_bars([10, 20], [100.0]) == ["1 bars for 2 numbers"]
    assert judge_bars([10, 20], [0.0, 0.0]) == ["there are no bars"]


def test_a_look_tells_what_is_missing_and_what_is_cut_off() -> None:
    look = Look("Nova", ("Nova", "12"), ("Elephants",), ("teal",))
    assert judge_look(look, "Nova", ["Nova", "13"]) == [
        "'13' cannot be read",
        "'Elephants' does not fit",
        "teal is not to be seen",
    ]
    assert judge_look(Look("", ("Nova",), (), ()), "Nova", ["Nova"]) == ["the page is titled ''"]
