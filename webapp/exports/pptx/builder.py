"""The PowerPoint file: slides from scenes or pictures, in the deck's own size and colors."""

import io
from collections.abc import Mapping

from pptx import Presentation
from pptx.oxml.ns import qn
from pptx.slide import Slide
from pptx.util import Emu

from webapp.artifacts.decks.theme import Theme
from webapp.exports.pptx.drawing_xml import EMU_PER_PIXEL, emu
from webapp.exports.pptx.geometry import Placement, Rect
from webapp.exports.pptx.scene import Photograph, Scene
from webapp.exports.pptx.slide_writer import SlideTexts, SlideWriter
from webapp.exports.pptx.text_xml import xml_text
from webapp.exports.pptx.theme_xml import apply_theme

_TITLE_ONLY = 5


class PptxBuilder:
    """Collects slides; `save` gives the file. Sizes are CSS pixels of one page."""

    def __init__(self, title: str, *, width: float = 1280, height: float = 720) -> None:
        self._file = Presentation()
        self._fit_layouts(emu(width), emu(height))
        self._file.core_properties.title = xml_text(title)
        self._file.core_properties.author = "Atelier"
        self._layout = self._file.slide_layouts[_TITLE_ONLY]

    def _fit_layouts(self, width: int, height: int) -> None:
        """The template is 4:3: its placeholders go along with the size of the slide."""
        old_width, old_height = self._file.slide_width, self._file.slide_height
        assert old_width is not None
        assert old_height is not None
        self._file.slide_width, self._file.slide_height = Emu(width), Emu(height)
        for layout in (self._file.slide_master, *self._file.slide_layouts):
            for box in layout.shapes:
                if box._element.find(f".//{qn('a:xfrm')}") is not None:
                    box.left = Emu(box.left * width // old_width)
                    box.width = Emu(box.width * width // old_width)
                    box.top = Emu(box.top * height // old_height)
                    box.height = Emu(box.height * height // old_height)

    def apply_theme(self, theme: Theme) -> None:
        """Gives the file the colors and fonts of the deck."""
        apply_theme(self._file, theme)

    def add_scene(
        self, scene: Scene, texts: SlideTexts, photographs: Mapping[Photograph, bytes]
    ) -> None:
        """One more slide. A photograph that is missing leaves its place empty."""
        slide = SlideWriter(self._add_slide(texts), scene)
        slide.write(texts, photographs)

    def add_picture_slide(self, picture: bytes, texts: SlideTexts, description: str) -> None:
        """A slide that is one picture, with its words as the picture's description."""
        slide = self._add_slide(texts)
        whole = Rect(
            0, 0, self._pixels(self._file.slide_width), self._pixels(self._file.slide_height)
        )
        scene = Scene(whole.width, whole.height, None, ())
        writer = SlideWriter(slide, scene)
        writer.add_image(picture, Placement(whole), description)
        writer.write(texts, {})

    def _pixels(self, length: int | None) -> float:
        return (length or 0) / EMU_PER_PIXEL

    def _add_slide(self, texts: SlideTexts) -> Slide:
        slide: Slide = self._file.slides.add_slide(self._layout)
        for placeholder in list(slide.placeholders):
            placeholder._element.getparent().remove(placeholder._element)
        if texts.notes.strip():
            frame = slide.notes_slide.notes_text_frame
            assert frame is not None
            frame.text = xml_text(texts.notes)
        return slide

    def save(self) -> bytes:
        """The finished file."""
        buffer = io.BytesIO()
        self._file.save(buffer)
        return buffer.getvalue()
