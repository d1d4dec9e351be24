"""Posters: name, date and place of the prompt on the sheet, in every language."""

import random

import pytest

from engine.training.corpus.languages import Language
from engine.training.corpus.names import is_held_out
from engine.training.corpus.posters import making
from engine.training.corpus.posters.sheet import GROUNDS, PosterKind
from engine.training.corpus.values import Values

every_language = pytest.mark.parametrize("language", Language)
LEAST_CONTRAST = 4.5


def _luminance(color: str) -> float:
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("ground", GROUNDS.values())
def test_white_letters_can_be_read_on_every_ground(ground: str) -> None:
    assert 1.05 / (_luminance(ground) + 0.05) >= LEAST_CONTRAST


@every_language
def test_what_is_asked_stands_on_the_sheet(language: Language) -> None:
    for seed in range(80):
        values = Values(random.Random(seed), language)
        wish = making.sample_wish(values)
        turn = making.make_poster(wish, making.phrase_wish(values.rng, wish))
        arguments = turn.steps[0].arguments
        assert list(arguments) == ["id", "type", "title", "size", "content"]
        assert arguments["size"] == (wish.size or "A4")
        assert GROUNDS[wish.poster.color] in arguments["content"]
        for text in (wish.poster.name, wish.poster.date, wish.poster.place):
            assert text in turn.prompt
            assert f">{text}<" in arguments["content"]
            assert text in turn.reply


def test_all_kinds_are_drawn_and_look_different() -> None:
    drawn = {}
    for seed in range(60):
        turn, poster = making.sample_turn(Values(random.Random(seed), Language.ENGLISH))
        drawn[poster.kind] = (
            turn.steps[0].arguments["content"].split("<svg", 1)[1].split("</svg")[0]
        )
    assert set(drawn) == set(PosterKind)
    assert len(set(drawn.values())) == len(PosterKind)


@every_language
def test_values_for_the_evaluation_are_never_drawn(language: Language) -> None:
    for seed in range(60):
        for held_out in (False, True):
            poster = making.sample_wish(Values(random.Random(seed), language, held_out)).poster
            for text in (poster.name, poster.date, poster.place):
                assert is_held_out(text) is held_out


@every_language
def test_what_is_not_said_leaves_no_line_on_the_sheet(language: Language) -> None:
    left_out = 0
    for seed in range(80):
        values = Values(random.Random(seed), language)
        turn = making.sample_brief_turn(values)
        arguments = turn.steps[0].arguments
        said = dict(line.split(": ", 1) for line in turn.trace.split("\n")[1:])
        assert said["Name"].lower() in turn.prompt.lower()
        assert arguments["title"] == said["Name"]
        assert not is_held_out(said["Name"])
        assert "<p></p>" not in arguments["content"]
        lines = 1 + sum(said[key] != "none" for key in ("Date", "Place"))
        assert arguments["content"].count("<p>") == lines
        left_out += lines < 3
        assert "none" not in turn.reply
        assert "{" not in turn.prompt + turn.reply
    assert 40 < left_out < 80
