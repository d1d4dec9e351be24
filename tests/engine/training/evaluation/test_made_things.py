"""The corpus's things pass their own judge in a real browser, and the judge sees broken ones.

One of every way to play is judged here; the evaluation judges all families in all languages.
"""

from html import escape

import pytest

from engine.training.corpus.catalog import FAMILIES
from engine.training.corpus.family import Request, get_default_values, render
from engine.training.corpus.languages import Language
from engine.training.evaluation.browser import Theater
from engine.training.evaluation.made_things import check_made_thing

pytestmark = pytest.mark.browser

EN, ZH, RU, KO = Language.ENGLISH, Language.CHINESE, Language.RUSSIAN, Language.KOREAN


def _request(name: str, language: Language, **values: str) -> Request:
    family = FAMILIES[name]
    filled = get_default_values(family, language) | values
    return Request(family, language, "", filled, tuple(values))


def _check(theater: Theater, request: Request, right: str = "", wrong: str = "") -> list[str]:
    content = render(request.family, request.language, request.values)
    assert right in content
    made = content.replace(right, wrong) if right else content
    kind, title = request.family.artifact_type, request.values["TITLE"]
    return check_made_thing(theater, request, kind, title, made)


def test_every_family_runs_without_errors_in_every_language(theater: Theater) -> None:
    languages = list(Language)
    frames = []
    for index, family in enumerate(FAMILIES.values()):
        language = languages[index % 4]
        content = render(family, language, get_default_values(family, language))
        frames.append(f'<iframe srcdoc="{escape(content)}"></iframe>')
    with theater.stage("<!DOCTYPE html><title>all</title>" + "".join(frames)) as stage:
        stage.run(500)
        frame_count = len(stage.page.frames)
        assert stage.errors == []
    assert frame_count == len(FAMILIES) + 1


@pytest.mark.parametrize(
    "request_",
    [
        _request("pong", KO, TITLE="별빛 여우 77", BALL="coral", GOAL="2", SPEED="fast"),
        _request("merge_2048", EN, TITLE="Zarlo Vem", TILES="gold", SIZE="3"),
        _request("tic_tac_toe", KO, TITLE="하미로", CROSSES="navy", NOUGHTS="lime", BOARD="pink"),
        _request("memory", RU, TITLE="Зелуха", CARDS="brown", PAIRS="9"),
        _request("double_pendulum", EN, TITLE="Quo Nak", TRAIL="lime", BOBS="pink", BOARD="navy"),
        _request("icon", ZH, TITLE="金鱼", SIGN="fish", INK="coral", PLATE="navy"),
        _request("bar_chart", KO, TITLE="나무", COLOR="violet", ROWS="사과 17 | 배 1205 | 책 640"),
        _request("todo_list", KO, TITLE="오늘", COLOR="gold", ITEMS="빵 사기, 책 읽기, 달리기"),
        _request("calculator", EN, TITLE="Sum Fox 12", COLOR="yellow"),
        _request("clock", KO, TITLE="우리 시계", COLOR="teal", HOURS="12"),
        _request("quiz", RU, TITLE="Тест", QUESTIONS="Столица Перу? Лима | 7 + 8? 15"),
    ],
    ids=lambda request: request.family.name,
)
def test_a_thing_of_the_corpus_looks_and_works_as_asked(
    theater: Theater, request_: Request
) -> None:
    assert _check(theater, request_) == []


@pytest.mark.parametrize(
    ("request_", "right", "wrong", "problem"),
    [
        (_request("icon", EN), "</svg>", "", "the SVG cannot be read"),
        (
            _request("bar_chart", EN, ROWS="Tea 12 | Milk 30"),
            'height="12"',
            'height="21"',
            "the bar of 12 has another height",
        ),
        (_request("calculator", EN), "(a,b)=>a*b", "(a,b)=>a+b", "7 * 8 is '15'"),
        (_request("clock", EN), "tick();\n", "tock();\n", "tock is not defined"),
        (_request("todo_list", EN), "item.remove()", "0", "nothing can be removed"),
        (_request("merge_2048", EN), "slide(lanes[e.key])", "0", "the arrow keys move nothing"),
        (_request("memory", EN, PAIRS="6"), "pairs=6", "pairs=5", "there are 10 cards"),
        (_request("tic_tac_toe", EN), "answer();\n", "", "a click sets no X and O"),
        (
            _request("landing_page", EN, TITLE="Nova"),
            "<h1>Nova",
            "<h1 style='position:absolute;left:570px;white-space:nowrap'>Nova",
            "'Nova' does not fit",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else value.family.name,
)
def test_a_broken_thing_is_found(
    theater: Theater, request_: Request, right: str, wrong: str, problem: str
) -> None:
    problems = _check(theater, request_, right, wrong)
    assert any(problem in found for found in problems), problems
