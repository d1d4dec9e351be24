"""What must hold of every turn, whatever happened: pure, over what a reader was sent.

No event is missing, doubled or out of order; each attempt begins with a snapshot; there is one
terminal event, and it is the last; and at no moment is anything shown but the beginning of the
answer that nobody interrupted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.faults.answers import Answer, find_difference, read_pieces
from tests.stack.visitor import TERMINAL, Frame
from tests.turn_reducer import Fold
from webapp.core.events import TURN_EVENT
from webapp.core.streams import StreamId, parse_stream_id


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found wrong, and how many shown characters an attempt took back at most."""

    faults: tuple[str, ...]
    taken_back: int


def judge_events(frames: Sequence[Frame], expected: Answer, ending: str) -> Verdict:
    """Whether the events of one turn, as a resuming reader got them, keep the promises."""
    faults = [*_find_disorder(frames), *_find_wrong_end(frames, ending)]
    taken_back, length = 0, 0
    for frame, shown in _replay(frames):
        difference = find_difference(shown, expected)
        if difference is not None:
            faults.append(f"at {frame['id']} ({frame['type']}): {difference}")
            break
        if frame["type"] == "turn.started":
            taken_back = max(taken_back, length - _length(shown, expected))
        length = _length(shown, expected)
    return Verdict(tuple(faults), taken_back)


def count_shown(frames: Sequence[Frame]) -> int:
    """Characters that were streamed, by all attempts together."""
    return sum(len(frame.get("text", "")) for frame in frames if frame["type"].endswith(".delta"))


def _find_disorder(frames: Sequence[Frame]) -> Iterator[str]:
    last = StreamId(0, 0)
    for frame in frames:
        id = parse_stream_id(frame["id"])
        begins = frame["type"] == "turn.started"
        if id <= last:
            yield f"{id} came after {last}"
        if id.attempt > last.attempt and not begins and frame["type"] not in TERMINAL:
            yield f"attempt {id.attempt} does not begin with a snapshot"
        # Places in line, before the first attempt, are numbered by the clock.
        if id.attempt == last.attempt > 0 and id.seq != last.seq + 1 and not begins:
            yield f"between {last} and {id} an event is missing"
        last = max(last, id)


def _find_wrong_end(frames: Sequence[Frame], ending: str) -> Iterator[str]:
    ends = [frame for frame in frames if frame["type"] in TERMINAL]
    if len(ends) != 1 or frames[-1] is not ends[0]:
        yield f"{len(ends)} terminal events among {len(frames)}, the last is not the one"
    elif ends[0]["type"] != ending:
        yield f"it ended as {ends[0]['type']} ({ends[0].get('code', '')}), not as {ending}"


def _replay(frames: Sequence[Frame]) -> Iterator[tuple[Frame, Answer]]:
    fold = Fold()
    for frame in frames:
        event = {name: value for name, value in frame.items() if name not in ("turn", "id")}
        fold.take(TURN_EVENT.validate_python(event))
        yield frame, read_pieces(fold.parts)


def _length(shown: Answer, expected: Answer) -> int:
    """Characters that a page shows; a finished draft is as long as what was stored."""
    pairs = zip(shown.pieces, expected.pieces, strict=False)
    return sum(len(one.text or ("" if one.is_open else wanted.text)) for one, wanted in pairs)
