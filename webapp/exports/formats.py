"""What a made thing can be exported as, and with which options. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from webapp.core.events import ArtifactKind

PRINT_DPI = 300
CSS_DPI = 96


class ExportFormat(StrEnum):
    """The kinds of files; `FILE` is the text that the model wrote."""

    PDF = "pdf"
    PPTX = "pptx"
    PPTX_PICTURES = "pptx-pictures"
    PNG = "png"
    SVG = "svg"
    HTML = "html"
    ZIP = "zip"
    FILE = "file"


_TEXT_FORMATS = (ExportFormat.FILE, ExportFormat.PDF, ExportFormat.HTML)
FORMATS: dict[ArtifactKind, tuple[ExportFormat, ...]] = {
    ArtifactKind.DECK: (
        ExportFormat.PDF,
        ExportFormat.PPTX,
        ExportFormat.PPTX_PICTURES,
        ExportFormat.PNG,
        ExportFormat.HTML,
    ),
    ArtifactKind.POSTER: (
        ExportFormat.PDF,
        ExportFormat.PNG,
        ExportFormat.SVG,
        ExportFormat.HTML,
    ),
    ArtifactKind.HTML: (ExportFormat.HTML, ExportFormat.ZIP, ExportFormat.PNG, ExportFormat.PDF),
    ArtifactKind.SVG: (ExportFormat.SVG, ExportFormat.PNG, ExportFormat.PDF),
    ArtifactKind.MARKDOWN: _TEXT_FORMATS,
    ArtifactKind.MERMAID: _TEXT_FORMATS,
    ArtifactKind.CODE: _TEXT_FORMATS,
}


class ExportOptions(BaseModel):
    """`scale` of pictures (device pixels to a CSS pixel); `dpi` of posters takes its place."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    scale: Annotated[int, Field(ge=1, le=3)] = 2
    dpi: Literal[300] | None = None

    @property
    def pixel_ratio(self) -> float:
        """Device pixels to a CSS pixel."""
        return PRINT_DPI / CSS_DPI if self.dpi else float(self.scale)


@dataclass(frozen=True, slots=True)
class FileType:
    """Ending and media type of a file."""

    ending: str
    media_type: str


PDF_FILE = FileType("pdf", "application/pdf")
PPTX_FILE = FileType(
    "pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"
)
PNG_FILE = FileType("png", "image/png")
SVG_FILE = FileType("svg", "image/svg+xml")
HTML_FILE = FileType("html", "text/html; charset=utf-8")
ZIP_FILE = FileType("zip", "application/zip")
