"""The checker itself: it finds what it is there to find."""

import pytest

from tests.faults.answers import Answer, Piece, find_difference
from tests.faults.checker import judge_events
from tests.stack.visitor import Frame

EXPECTED = Answer((Piece("thinking", "Hm."), Piece("text", "Hello you")))
START = {"conversation": "c", "user_message": "u", "assistant_message": "a"}
USAGE: Frame = {}


def frame(id: str, type: str, **fields: object) -> Frame:
    return {"turn": "t", "id": id, "type": type, **fields}


def whole() -> list[Frame]:
    return [
        frame("1-1", "turn.started", **START),
        frame("1-2", "thinking.delta", text="Hm."),
        frame("1-3", "thinking.finished", duration_ms=5),
        frame("1-4", "text.delta", text="Hello"),
        frame("1-5", "text.delta", text=" you"),
        frame("1-6", "turn.finished", usage=USAGE),
    ]


def judge(frames: list[Frame]) -> tuple[str, ...]:
    return judge_events(frames, EXPECTED, "turn.finished").faults


def test_a_whole_answer_has_no_faults() -> None:
    assert judge(whole()) == ()


def places(*ids: str) -> list[Frame]:
    return [frame(id, "turn.status", phase="queued", position=1) for id in ids]


def test_places_in_line_come_before_it_in_the_order_of_the_clock() -> None:
    assert judge([*places("0-500", "0-1500"), *whole()]) == ()
    assert judge([*places("0-1500", "0-500"), *whole()]) == ("0-500 came after 0-1500",)
    assert judge([*whole()[:2], *places("0-500"), *whole()[2:]]) == ("0-500 came after 1-2",)


def test_a_second_attempt_may_begin_again_from_a_snapshot() -> None:
    parts = [{"kind": "thinking", "text": "Hm.", "duration_ms": 5}, {"kind": "text", "text": "He"}]
    frames = [
        *whole()[:4],
        frame("2-1", "turn.started", **START, parts=parts),
        frame("2-2", "text.delta", text="llo you"),
        frame("2-3", "turn.finished", usage=USAGE),
    ]
    verdict = judge_events(frames, EXPECTED, "turn.finished")
    assert verdict.faults == ()
    assert verdict.taken_back == len("llo")


@pytest.mark.parametrize(
    ("frames", "words"),
    [
        ([*whole()[:4], *whole()[5:]], "between 1-4 and 1-6 an event is missing"),
        ([*whole()[:4], *whole()[3:]], "1-4 came after 1-4"),
        (whole()[:5], "0 terminal events"),
        ([*whole(), frame("1-7", "turn.finished", usage=USAGE)], "2 terminal events"),
        ([*whole()[:4], frame("2-1", "text.delta", text=" you")], "does not begin with a snapshot"),
        ([*whole()[:3], frame("1-4", "text.delta", text="HeHello")], "differs at character 2"),
        (
            [*whole()[:5], frame("1-6", "turn.failed", code="internal_error", message="")],
            "ended as turn.failed (internal_error)",
        ),
    ],
)
def test_what_is_wrong_is_found(frames: list[Frame], words: str) -> None:
    assert any(words in fault for fault in judge(frames))


def test_a_part_that_is_followed_by_another_must_be_whole() -> None:
    half = Answer((Piece("thinking", "H"), Piece("text", "Hello")))
    assert find_difference(half, EXPECTED) is not None
    assert find_difference(Answer((Piece("thinking", "H"),)), EXPECTED) is None
