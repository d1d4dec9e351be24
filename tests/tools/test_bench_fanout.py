"""The fan-out bench sees what is lost, and counts time where it belongs."""

import pytest

from engine.protocol import (
    ChatMessage,
    Finished,
    FinishReason,
    GenerationRequest,
    Role,
    TextDelta,
)
from tools.fanout.clients import Reading
from tools.fanout.figures import ProcessFigures, spread, use_between
from tools.fanout.paced_engine import PacedEngine
from tools.fanout.spoken import Pace, Token, read_pace, read_tokens


def text_of(*numbers: int) -> str:
    return "".join(Token(number, 10, 5_000_000).text() for number in numbers)


def test_a_prompt_says_what_is_written() -> None:
    pace = Pace(tokens=7, padding_bytes=3)
    assert read_pace(f"Please: {pace.prompt()}") == pace
    assert read_pace("Hello") == Pace(1)


def test_a_token_says_its_number_and_times_whatever_its_padding() -> None:
    token = Token(3, 100, 200)
    assert list(read_tokens(token.text(50) + Token(4, 100, 300).text())) == [
        token,
        Token(4, 100, 300),
    ]
    assert len(token.text(50)) == len(token.text()) + 50


@pytest.mark.parametrize("pieces", [[(0, 2)], [(0, 1), (1, 2)], [(1, 0)], [(0,), (2,), (1,)]])
def test_a_lost_doubled_or_misplaced_token_is_a_fault(pieces: list[tuple[int, ...]]) -> None:
    reading = Reading()
    for piece in pieces:
        reading.take(text_of(*piece), 6_000_000)
    assert reading.fault


def test_whole_answers_have_no_fault_and_every_token_its_latency() -> None:
    reading = Reading(sent_ns=0)
    reading.take(text_of(0, 1), 6_000_000)
    reading.take(text_of(2), 9_000_000)
    assert (reading.fault, reading.tokens) == ("", 3)
    assert reading.latencies_ms == [1.0, 1.0, 4.0]
    assert reading.before_engine_ms == pytest.approx(0.00001)
    assert reading.added_ms == pytest.approx(6.0 - 5.0 + 0.00001)


def test_figures_are_of_the_nearest_rank_and_of_one_core() -> None:
    assert spread([float(n) for n in range(1, 101)]) == {"p50": 50.0, "p99": 99.0, "max": 100.0}
    assert spread([]) == {}
    before = {"web": ProcessFigures(1.0, 0, 10.0), "gone": ProcessFigures(1.0, 0, 10.0)}
    after = {"web": ProcessFigures(2.0, 3 * 2**20, 14.0), "new": ProcessFigures(1.0, 0, 14.0)}
    assert use_between(before, after) == {"web": {"cpu_percent": 25.0, "rss_mib": 3.0}}


def test_the_paced_engine_writes_what_was_asked_and_ends_on_time() -> None:
    engine = PacedEngine()
    messages = (ChatMessage(role=Role.USER, content=Pace(3, 2).prompt()),)
    engine.submit(GenerationRequest(request_id="r", model="m", messages=messages))
    engine.submit(GenerationRequest(request_id="a", model="m", messages=messages))
    engine.submit(
        GenerationRequest(request_id="p", model="m", messages=messages, prefill_only=True)
    )
    engine.abort("a")
    events = {"r": [], "a": [], "p": []}  # type: ignore[var-annotated]
    while engine.has_work():
        for output in engine.step():
            events[output.request_id] += output.batch.events
    text = "".join(event.text for event in events["r"] if isinstance(event, TextDelta))
    assert [token.number for token in read_tokens(text)] == [0, 1, 2]
    ends = [answer[-1].reason for answer in events.values() if isinstance(answer[-1], Finished)]
    assert ends == [FinishReason.STOP, FinishReason.ABORTED, FinishReason.STOP]
