"""What is checked: a kind of made thing at its size."""

import math
from dataclasses import dataclass

from webapp.artifacts.documents import PAGE_HEIGHT_PX, PAGE_WIDTH_PX
from webapp.artifacts.poster_size import PosterSize
from webapp.core.events import ArtifactKind

WINDOW_WIDTH_PX = 1280
WINDOW_HEIGHT_PX = 800
MOST_PIXELS = 2_000_000
PAGE_MIN_FONT_PX = 14.0
PAGE_UNREADABLE_PX = 12.0
# Shares of a poster's shorter side. Paper is looked at from a distance that grows with it, screens
# show a picture of 1080 pixels on a third of that.
PAPER_MIN_FONT = 0.007
SCREEN_MIN_FONT = 0.013
PAPER_LEAST_PX = 9.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckTarget:
    """Width and height are those of the page in CSS pixels, or of the window where a thing has no
    size of its own. `min_font_px` is None where letters may have any size."""

    kind: ArtifactKind
    width: int
    height: int
    page_id: str | None = None
    min_font_px: float | None = None
    unreadable_px: float = 0.0

    @property
    def is_laid_out(self) -> bool:
        """True where everything must stand inside one page: decks and posters."""
        return self.kind in (ArtifactKind.DECK, ArtifactKind.POSTER)

    @property
    def scale(self) -> float:
        """How large screenshots are made, as a factor: big posters are looked at from afar."""
        return min(1.0, math.sqrt(MOST_PIXELS / (self.width * self.height)))


def deck_page(page_id: str | None = None) -> CheckTarget:
    """One page of a deck."""
    return CheckTarget(
        kind=ArtifactKind.DECK,
        width=PAGE_WIDTH_PX,
        height=PAGE_HEIGHT_PX,
        page_id=page_id,
        min_font_px=PAGE_MIN_FONT_PX,
        unreadable_px=PAGE_UNREADABLE_PX,
    )


def poster(size: PosterSize) -> CheckTarget:
    """A poster of that size."""
    shorter = min(size.width_px, size.height_px)
    is_paper = size.unit == "mm"
    smallest = max(PAPER_LEAST_PX, shorter * (PAPER_MIN_FONT if is_paper else SCREEN_MIN_FONT))
    return CheckTarget(
        kind=ArtifactKind.POSTER,
        width=math.ceil(size.width_px),
        height=math.ceil(size.height_px),
        min_font_px=smallest,
        unreadable_px=smallest * 0.8,
    )


def window(kind: ArtifactKind) -> CheckTarget:
    """A thing that is shown in a window: pages, games, drawings, texts."""
    return CheckTarget(kind=kind, width=WINDOW_WIDTH_PX, height=WINDOW_HEIGHT_PX)
