"""What is exported, what comes out, and how far it is: plain data of one export."""

from dataclasses import dataclass, field

from webapp.artifacts.decks.theme import Theme
from webapp.core.events import ArtifactKind
from webapp.exports.formats import FileType

MOST_LINES = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPage:
    """One document to be loaded; `number` counts from 1."""

    number: int
    title: str
    document: str
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportSource:
    """A version with all its pages. `width` and `height` are CSS pixels of a page; `css_size` is
    its physical size where it has one. `content` is the text as the model wrote it."""

    kind: ArtifactKind
    title: str
    stem: str
    ending: str
    content: str
    pages: tuple[ExportPage, ...]
    width: float
    height: float
    css_size: tuple[str, str] | None = None
    theme: Theme | None = None

    @property
    def is_fixed(self) -> bool:
        """True if a page has a size of its own and nothing beyond it."""
        return self.kind in (ArtifactKind.DECK, ArtifactKind.POSTER)


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One approximation or fault: on which page, of which element, in a sentence."""

    page: int | None
    element: str
    message: str


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A finished file; its name is made from the title."""

    name: str
    type: FileType
    data: bytes


class ExportFailed(Exception):
    """The export cannot be made; the text is a sentence that says what to do."""


@dataclass
class Progress:
    """How far an export is. Written by who exports, read by who keeps the row."""

    total: int = 0
    done: int = 0
    text: str = "Waiting"
    _lines: dict[ReportLine, None] = field(default_factory=dict)

    def begin(self, total: int, text: str) -> None:
        """So many steps are to come."""
        self.total, self.done, self.text = total, 0, text

    def step(self, text: str) -> None:
        """One more is done; `text` says what comes next."""
        self.done = min(self.total, self.done + 1)
        self.text = text

    def report(self, page: int | None, element: str, message: str) -> None:
        """Takes a line of the report; the same again is one, and there is an end to them."""
        if len(self._lines) < MOST_LINES:
            self._lines[ReportLine(page, element[:120], message[:300])] = None

    @property
    def lines(self) -> list[ReportLine]:
        """The report so far."""
        return list(self._lines)
