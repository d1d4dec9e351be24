"""Every family of made things: what is asked is in the artifact, the rest is always the same."""

import random
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tokenizers import Tokenizer

from engine.training.corpus.catalog import FAMILIES
from engine.training.corpus.colors import COLORS
from engine.training.corpus.everyday import BUSINESSES
from engine.training.corpus.family import (
    Family,
    Request,
    answer_request,
    draw_request,
    get_default_values,
    render,
    sample_exchange,
)
from engine.training.corpus.languages import Language
from engine.training.corpus.names import is_held_out
from engine.training.corpus.slots import ChoiceSlot, ColorSlot, Lot, NumberSlot
from engine.training.corpus.word_slots import SEPARATOR, ListSlot, NounSlot, RowsSlot, TextSlot
from engine.training.corpus.words import WORDS

TOKENIZER = Path(__file__).parents[4] / "models/glm-nano/tokenizer.json"
LEAST_TOKENS, MOST_TOKENS = 120, 1500
SCRIPTS = {
    Language.ENGLISH: r"[A-Za-z]",
    Language.CHINESE: r"[一-鿿]",
    Language.RUSSIAN: r"[А-Яа-яё]",
    Language.KOREAN: r"[가-힣]",
}

every_family = pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES.keys())


def _draw(family: Family, count: int, *, held_out: bool = False, seed: int = 1) -> list[Request]:
    rng = random.Random(seed)
    languages = list(Language)
    return [
        draw_request(family, Lot(rng, languages[i % 4], held_out=held_out)) for i in range(count)
    ]


@every_family
def test_the_same_seed_gives_the_same_exchanges(family: Family) -> None:
    one, same = random.Random(9), random.Random(9)
    for _ in range(10):
        assert sample_exchange(one, family) == sample_exchange(same, family)


@every_family
def test_the_answer_follows_from_the_values_alone(family: Family) -> None:
    for request in _draw(family, 12):
        defaults = get_default_values(family, request.language)
        values = dict(request.values)
        unasked = {key: defaults[key] for key in defaults if key not in request.asked}
        assert {key: values[key] for key in unasked} == unasked


@every_family
def test_what_is_asked_stands_in_prompt_trace_and_artifact(family: Family) -> None:
    slots = {slot.key: slot for slot in family.slots}
    for request in _draw(family, 120):
        exchange = answer_request(request)
        assert exchange.artifact is not None
        content = exchange.artifact.content
        title = request.values["TITLE"]
        assert exchange.artifact.title == title
        assert title in content
        assert f"\nTitle: {title}\n" in exchange.trace + "\n"
        assert title in exchange.reply
        for key in request.asked:
            value = request.values[key]
            slot = slots.get(key)
            if slot is None:
                known = set(value.split()) <= set(WORDS) or value in BUSINESSES
                typed = (value, value.lower()) if known else (value,)
                assert any(way in request.prompt for way in typed)
            if isinstance(slot, NumberSlot):
                assert value in request.prompt
            if isinstance(slot, ColorSlot):
                color = next(color for color in COLORS if color.css == value)
                words = (color.word(request.language), color.russian_genitive)
                assert any(word in request.prompt.lower() for word in words), request.prompt
            if isinstance(slot, TextSlot | ListSlot):
                assert all(item in request.prompt for item in value.split(SEPARATOR))
            if isinstance(slot, RowsSlot):
                assert all(
                    all(map(request.prompt.__contains__, row.rsplit(" ", 1)))
                    for row in value.split(" | ")
                )
            if slot is not None:
                assert f"\n{slot.label}: {value}" in exchange.trace
                assert slot.to_source(value, request.language) in content


@every_family
def test_what_is_held_out_is_never_drawn(family: Family) -> None:
    kept = {slot.key: slot.held_out for slot in family.slots if isinstance(slot, NumberSlot)}
    for request in _draw(family, 150):
        assert "TITLE" not in request.asked or not is_held_out(request.values["TITLE"])
        for key, numbers in kept.items():
            assert request.values[key] not in map(str, numbers)
    asked = _draw(family, 40, held_out=True)
    assert all(is_held_out(request.values["TITLE"]) for request in asked)


@every_family
def test_pages_are_compact_closed_and_free_of_addresses(family: Family) -> None:
    tokenizer = Tokenizer.from_file(str(TOKENIZER))
    for request in _draw(family, 8):
        content = render(family, request.language, request.values)
        count = len(tokenizer.encode(content).ids)
        assert LEAST_TOKENS < count < MOST_TOKENS
        assert not re.search(r"@[A-Z]", content)
        assert "http" not in content.replace("http://www.w3.org/2000/svg", "")
        assert content.rstrip().endswith(("</html>", "</svg>"))
        assert "\t" not in content


@every_family
def test_prompts_and_replies_are_of_the_language(family: Family) -> None:
    for language, script in SCRIPTS.items():
        rng = random.Random(4)
        prompts = set()
        for _ in range(120):
            request = draw_request(family, Lot(rng, language))
            prompts.add(request.prompt)
            assert re.search(script, answer_request(request).reply)
            assert not re.search(r"[{}|<]|\s\s|\s$|[,.，。]{2}", request.prompt), request.prompt
            given = request.values["TITLE"] if "TITLE" in request.asked else "~"
            frame = request.prompt.replace(given, "")
            if language is Language.ENGLISH:
                assert frame.isascii()
            else:
                assert re.search(script, frame)
        assert len(prompts) > 70


@every_family
def test_fixed_texts_of_a_family_differ_from_language_to_language(family: Family) -> None:
    for texts in (family.hint, *family.words.values()):
        assert len(set(texts.values())) == len(Language)
        assert all(re.search(SCRIPTS[language], text) for language, text in texts.items())


def test_a_badge_is_often_asked_to_greet() -> None:
    family = FAMILIES["badge"]
    for language in Language:
        rng = random.Random(6)
        asked = [draw_request(family, Lot(rng, language)) for _ in range(200)]
        greetings = [r for r in asked if r.values["TITLE"] in family.title_words[language]]
        assert len(greetings) > 15
        assert not any(is_held_out(request.values["TITLE"]) for request in greetings)


def test_a_known_name_in_lower_case_is_written_with_capitals() -> None:
    typed_low = 0
    for request in _draw(FAMILIES["snake"], 400):
        title = request.values["TITLE"]
        if "TITLE" in request.asked and title not in request.prompt:
            assert title.lower() in request.prompt
            assert request.language is Language.ENGLISH
            typed_low += 1
    assert 2 < typed_low < 40
    for request in _draw(FAMILIES["snake"], 100, held_out=True):
        assert request.values["TITLE"] in request.prompt


def test_bars_of_a_chart_are_as_high_as_their_numbers_and_fit() -> None:
    for request in _draw(FAMILIES["bar_chart"], 200):
        content = render(request.family, request.language, request.values)
        numbers = [row.rsplit(" ", 1)[1] for row in request.values["ROWS"].split(" | ")]
        assert re.findall(r'<text y="40">(\d+)</text><rect [^>]*height="(\d+)"', content) == [
            (number, number) for number in numbers
        ]
        scales = set(map(float, re.findall(r"scale\(1 -([\d.]+)\)", content)))
        assert len(scales) == 1
        assert 75 <= max(map(int, numbers)) * scales.pop() <= 200 or max(map(int, numbers)) < 4


@pytest.mark.parametrize("name", ["icon", "landscape"])
def test_the_shapes_of_a_picture_are_drawn_with_one_digit_each(name: str) -> None:
    family = FAMILIES[name]
    slot = next(slot for slot in family.slots if isinstance(slot, NounSlot))
    for source in slot.sources.values():
        assert not re.search(r"\d\d", source.replace("#fff6", ""))


@pytest.mark.parametrize(
    ("name", "title", "line"),
    [
        (
            "flappy_bird",
            "Flappy Bird",
            "const birdColor='gold',skyColor='skyblue',pipeColor='seagreen',"
            "speed=/*Speed: normal*/.12;",
        ),
        (
            "snake",
            "Snake",
            "const snakeColor='limegreen',foodColor='tomato',boardColor='darkslategray',size=16,"
            "delay=/*Speed: normal*/130;",
        ),
    ],
)
def test_a_game_without_wishes_is_the_default_one(name: str, title: str, line: str) -> None:
    family = FAMILIES[name]
    values = get_default_values(family, Language.ENGLISH)
    page = render(family, Language.ENGLISH, values).split("\n")
    assert '<html lang="en">' in page
    assert f"<title>{title}</title>" in page
    assert line in page


@pytest.mark.parametrize("language", Language)
def test_every_shape_of_badge_is_xml_that_says_its_words_once(language: Language) -> None:
    family = FAMILIES["badge"]
    shapes = next(slot.sources for slot in family.slots if isinstance(slot, ChoiceSlot))
    assert len(shapes) == 5
    for shape, outline in shapes.items():
        values = get_default_values(family, language) | {"TITLE": "Happy River", "SHAPE": shape}
        root = ElementTree.fromstring(render(family, language, values))
        svg = "{http://www.w3.org/2000/svg}"
        assert [element.text for element in root.iter(f"{svg}text")] == ["Happy River"]
        assert [path.get("d") for path in root.iter(f"{svg}path")].count(outline) == 3


# The values of CSS Color Module Level 4.
RGB = {
    "gold": (255, 215, 0),
    "red": (255, 0, 0),
    "teal": (0, 128, 128),
    "navy": (0, 0, 128),
    "green": (0, 128, 0),
    "blue": (0, 0, 255),
    "purple": (128, 0, 128),
    "orange": (255, 165, 0),
    "pink": (255, 192, 203),
    "yellow": (255, 255, 0),
    "silver": (192, 192, 192),
    "crimson": (220, 20, 60),
    "turquoise": (64, 224, 208),
    "coral": (255, 127, 80),
    "indigo": (75, 0, 130),
    "lime": (0, 255, 0),
    "brown": (165, 42, 42),
    "violet": (238, 130, 238),
}


def _contrast_with_white(color: tuple[float, ...]) -> float:
    """WCAG 2.2: (L1 + 0.05) / (L2 + 0.05), with the luminance of sRGB."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in color)
    ]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


@pytest.mark.parametrize(
    ("name", "shade", "percent", "base"),
    [
        ("calculator", "42%,black", 42, 0),
        ("tic_tac_toe", "36%,#222", 36, 0x22),
        ("merge_2048", "22+Math.log2(v)", 22 + 17, 0x22),
        ("pong", "'#0009'", 40, 0),
    ],
)
def test_white_text_can_be_read_on_every_color(
    name: str, shade: str, percent: int, base: int
) -> None:
    assert shade in FAMILIES[name].template
    for color in COLORS:
        mixed = [part * percent / 100 + base * (100 - percent) / 100 for part in RGB[color.css]]
        assert _contrast_with_white(tuple(mixed)) >= 4.5, color.css


@every_family
def test_a_number_or_shape_that_stands_for_a_word_has_it_in_front_as_the_thought_does(
    family: Family,
) -> None:
    rng = random.Random(12)
    for language in Language:
        for _ in range(12):
            request = draw_request(family, Lot(rng, language))
            exchange = answer_request(request)
            assert exchange.artifact is not None
            for slot in family.slots:
                if isinstance(slot, ChoiceSlot | NounSlot) and slot.naming:
                    value = request.values[slot.key]
                    said = slot.naming.format(f"{slot.label}: {value}")
                    assert f"{slot.label}: {value}" in exchange.trace.split("\n")
                    assert said + slot.to_source(value, language) in exchange.artifact.content


@every_family
def test_the_thought_names_every_choice_of_a_request_of_the_evaluation(family: Family) -> None:
    rng = random.Random(13)
    for language in Language:
        for _ in range(8):
            request = draw_request(family, Lot(rng, language, held_out=True))
            lines = answer_request(request).trace.split("\n")
            assert f"Title: {request.values['TITLE']}" in lines
            named = [f"{slot.label}: {request.values[slot.key]}" for slot in family.slots]
            assert lines[3:] == named
