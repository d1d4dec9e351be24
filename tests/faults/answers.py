"""What an answer says, without what may differ between two tellings of it (ids, durations)."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.stack.visitor import Frame, Visitor
from webapp.core.events import (
    PARTS,
    ArtifactPart,
    Part,
    TextPart,
    ThinkingPart,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of an answer. `is_open` says that its text is still being written."""

    kind: str
    text: str
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """All parts in order, with the whole text of what was made."""

    pieces: tuple[Piece, ...]

    @property
    def characters(self) -> int:
        """How long it is."""
        return sum(len(piece.text) for piece in self.pieces)


def read_pieces(parts: Sequence[Part], made: dict[tuple[str, int], str] | None = None) -> Answer:
    """The answer that `parts` tell; `made` holds the stored text of each artifact and version."""
    return Answer(tuple(_piece(part, made or {}) for part in parts))


def fetch_answer(visitor: Visitor, conversation: str) -> tuple[Answer, Frame]:
    """The last answer of the conversation as it is stored, and its turn."""
    answered = visitor.http.get(f"/api/conversations/{conversation}").raise_for_status().json()
    message = answered["messages"][-1]
    made = {
        (one["id"], version["number"]): _fetch_version(visitor, one["id"], version["number"])
        for one in answered["artifacts"]
        for version in one["versions"]
    }
    turn: Frame = message["turn"]
    return read_pieces(PARTS.validate_python(message["parts"]), made), turn


def count_answers(visitor: Visitor, conversation: str) -> int:
    """How many assistant messages the conversation holds."""
    answered = visitor.http.get(f"/api/conversations/{conversation}").raise_for_status().json()
    return sum(message["role"] == "assistant" for message in answered["messages"])


def find_difference(shown: Answer, expected: Answer) -> str | None:
    """Why `shown` is not the beginning of `expected`, as words; None if it is."""
    if len(shown.pieces) > len(expected.pieces):
        extra = shown.pieces[len(expected.pieces)]
        return f"a part too many, {extra.kind} {extra.text[:40]!r}"
    for place, piece in enumerate(shown.pieces):
        wanted = expected.pieces[place]
        is_last = place == len(shown.pieces) - 1
        if piece.kind != wanted.kind:
            return f"part {place + 1} is {piece.kind} and not {wanted.kind}"
        if piece.text and not _begins(piece, wanted, is_last=is_last):
            at = _first_difference(piece.text, wanted.text)
            return (
                f"part {place + 1} ({piece.kind}) differs at character {at}: "
                f"{piece.text[at : at + 30]!r} and not {wanted.text[at : at + 30]!r}"
            )
    return None


def _begins(piece: Piece, wanted: Piece, *, is_last: bool) -> bool:
    if is_last or piece.is_open:
        return wanted.text.startswith(piece.text)
    return wanted.text == piece.text


def _first_difference(one: str, other: str) -> int:
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _piece(part: Part, made: dict[tuple[str, int], str]) -> Piece:
    match part:
        case TextPart(text=text):
            return Piece("text", text)
        case ThinkingPart(text=text):
            return Piece("thinking", text)
        case ArtifactPart(version=None):
            return Piece(f"{part.artifact_kind} {part.title}", part.content, is_open=True)
        case ArtifactPart(version=version):
            text = made.get((part.artifact, version or 0), "")
            return Piece(f"{part.artifact_kind} {part.title}", text)
        case _:
            return Piece("tool_error", part.message)


def _fetch_version(visitor: Visitor, artifact: str, number: int) -> str:
    path = f"/api/artifacts/{artifact}/versions/{number}"
    version = visitor.http.get(path).raise_for_status().json()
    pages = "".join(page["title"] for page in version["pages"])
    return str(version["content"] or pages)
