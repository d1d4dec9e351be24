"""Writes one slide: every drawing in its order, the title where there is one."""

import io
from collections.abc import Mapping
from dataclasses import dataclass

from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import BaseOxmlElement
from pptx.slide import Slide

from webapp.exports.pptx.chart_frames import add_chart
from webapp.exports.pptx.colors import BLACK
from webapp.exports.pptx.corners import is_square
from webapp.exports.pptx.drawing_xml import (
    fill_xml,
    freeform_xml,
    geometry_xml,
    line_xml,
    make,
    shadow_xml,
    transform_xml,
)
from webapp.exports.pptx.geometry import Placement, Rect
from webapp.exports.pptx.scene import (
    Chart,
    Corners,
    Drawing,
    Freeform,
    Paragraph,
    Photograph,
    Picture,
    Run,
    RunStyle,
    Scene,
    Shape,
)
from webapp.exports.pptx.text_xml import text_body_xml, xml_text

_HIDDEN_TITLE = RunStyle(latin="Arial", east_asian="Arial", size=24.0, fill=BLACK)


@dataclass(frozen=True, slots=True)
class SlideTexts:
    """What a slide says beside what it shows."""

    title: str
    notes: str = ""


class SlideWriter:
    """Writes drawings into one slide in their order."""

    def __init__(self, slide: Slide, scene: Scene) -> None:
        self._slide = slide
        self._scene = scene
        self._links: dict[str, str] = {}

    def write(self, texts: SlideTexts, photographs: Mapping[Photograph, bytes]) -> None:
        """The whole scene. A photograph that is missing leaves its place empty."""
        if self._scene.background is not None:
            self._write_background()
        title = find_title(self._scene, texts.title)
        for drawing in self._scene.drawings:
            self._write_drawing(drawing, photographs, is_title=drawing is title)
        if title is None and texts.title.strip():
            self._write_hidden_title(texts.title)

    def _write_background(self) -> None:
        properties = make("p:bgPr", fill_xml(self._scene.background), make("a:effectLst"))
        self._slide._element.find(qn("p:cSld")).insert(0, make("p:bg", properties))

    def _write_drawing(
        self, drawing: Drawing, photographs: Mapping[Photograph, bytes], *, is_title: bool
    ) -> None:
        if isinstance(drawing, Shape):
            self._write_shape(drawing)
        elif isinstance(drawing, Freeform):
            self._write_freeform(drawing)
        elif isinstance(drawing, Paragraph):
            self._write_paragraph(drawing, is_title=is_title)
        elif isinstance(drawing, Chart):
            add_chart(self._slide, drawing)
        elif isinstance(drawing, Picture):
            self._write_picture(drawing)
        elif drawing in photographs:
            self.add_image(photographs[drawing], drawing.placement, drawing.description)

    def _write_shape(self, shape: Shape) -> None:
        rect = shape.placement.rect
        geometry = geometry_xml(rect, shape.corners, shape.hole, shape.hole_corners)
        properties = make(
            "p:spPr",
            *(transform_xml(shape.placement), geometry, fill_xml(shape.fill), line_xml(shape.line)),
        )
        if shape.shadow is not None:
            properties.append(shadow_xml(shape.shadow))
        body = make("p:txBody", make("a:bodyPr"), make("a:lstStyle"), make("a:p"))
        self._append(self._frame(shape.name, make("p:cNvSpPr"), make("p:nvPr")), properties, body)

    def _write_freeform(self, form: Freeform) -> None:
        line = line_xml(form.line)
        if form.is_round and form.line is not None:
            line.set("cap", "rnd")
            line.append(make("a:round"))
        properties = make(
            "p:spPr",
            *(transform_xml(form.placement), freeform_xml(form), fill_xml(form.fill), line),
        )
        body = make("p:txBody", make("a:bodyPr"), make("a:lstStyle"), make("a:p"))
        self._append(self._frame("Form", make("p:cNvSpPr"), make("p:nvPr")), properties, body)

    def _write_paragraph(self, paragraph: Paragraph, *, is_title: bool) -> None:
        properties = make(
            "p:spPr",
            *(
                transform_xml(_roomy(paragraph, is_title)),
                make("a:prstGeom", make("a:avLst"), prst="rect"),
            ),
            make("a:noFill"),
        )
        place = make("p:nvPr", make("p:ph", type="title")) if is_title else make("p:nvPr")
        kind = make("p:cNvSpPr") if is_title else make("p:cNvSpPr", txBox=1)
        name = "Title" if is_title else " ".join(paragraph.text.split())[:40] or "Text"
        self._append(
            self._frame(name, kind, place), properties, text_body_xml(paragraph, self._link_id)
        )

    def _write_hidden_title(self, title: str) -> None:
        """A title for outline and screen readers, above the slide, where nobody sees it."""
        rect = Rect(48, -80, self._scene.width - 96, 40)
        runs = ((Run(" ".join(title.split()), _HIDDEN_TITLE),),)
        self._write_paragraph(Paragraph(Placement(rect), runs), is_title=True)

    def _write_picture(self, picture: Picture) -> None:
        element = self.add_image(picture.data, picture.placement, picture.description)
        blip_fill = element.find(qn("p:blipFill"))
        left, top, right, bottom = (round(part * 100_000) for part in picture.crop)
        if any((left, top, right, bottom)):
            cut = make("a:srcRect", l=left, t=top, r=right, b=bottom)
            blip_fill.insert(1, cut)
        if picture.opacity < 0.995:
            blip = blip_fill.find(qn("a:blip"))
            blip.append(make("a:alphaModFix", amt=round(picture.opacity * 100_000)))
        self._round(element, picture.placement.rect, picture.corners)

    def _round(self, element: BaseOxmlElement, rect: Rect, corners: Corners) -> None:
        if not is_square(corners):
            old = element.find(f"{qn('p:spPr')}/{qn('a:prstGeom')}")
            old.getparent().replace(old, geometry_xml(rect, corners, None, corners))

    def add_image(self, data: bytes, placement: Placement, description: str) -> BaseOxmlElement:
        """A picture of the whole image in `data`."""
        _, relationship = self._slide.part.get_or_add_image_part(io.BytesIO(data))
        blip = make("a:blip")
        blip.set(qn("r:embed"), relationship)
        properties = make(
            "p:spPr",
            *(transform_xml(placement), make("a:prstGeom", make("a:avLst"), prst="rect")),
        )
        frame = make(
            "p:nvPicPr",
            make("p:cNvPr", id=self._next_id(), name="Picture", descr=xml_text(description)),
            make("p:cNvPicPr", make("a:picLocks", noChangeAspect=1)),
            make("p:nvPr"),
        )
        fill = make("p:blipFill", blip, make("a:stretch", make("a:fillRect")))
        element = make("p:pic", frame, fill, properties)
        self._slide.shapes._spTree.append(element)
        return element

    def _frame(self, name: str, kind: BaseOxmlElement, place: BaseOxmlElement) -> BaseOxmlElement:
        identity = make("p:cNvPr", id=self._next_id(), name=xml_text(name) or "Shape")
        return make("p:nvSpPr", identity, kind, place)

    def _next_id(self) -> int:
        # Two are taken by the tree itself; charts count with everything that is there.
        return len(self._slide.shapes._spTree) + 100

    def _append(self, *parts: BaseOxmlElement) -> None:
        self._slide.shapes._spTree.append(make("p:sp", *parts))

    def _link_id(self, address: str) -> str:
        if address not in self._links:
            self._links[address] = self._slide.part.relate_to(
                address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True
            )
        return self._links[address]


def find_title(scene: Scene, title: str) -> Paragraph | None:
    """The text that is the slide's title: what says it, else the foremost heading."""
    wanted = " ".join(title.split()).casefold()
    paragraphs = [d for d in scene.drawings if isinstance(d, Paragraph)]
    for paragraph in paragraphs:
        if wanted and " ".join(paragraph.text.split()).casefold() == wanted:
            return paragraph
    headings = [paragraph for paragraph in paragraphs if paragraph.heading in (1, 2)]
    return min(headings, key=lambda p: p.heading, default=None)


def _roomy(paragraph: Paragraph, is_title: bool) -> Placement:
    """The box of a paragraph with room for a font that runs wider, and for its bullet.

    Titles get more: some programs break their lines at the edge of the box all the same.
    """
    placement = paragraph.placement
    rect = placement.rect
    slack = 4 + (0.2 if is_title else 0.04) * rect.width
    if placement.degrees:
        left = right = 0.0
    else:
        left = {"left": 0.0, "center": slack, "right": slack}[paragraph.align]
        right = {"left": slack, "center": slack, "right": 0.0}[paragraph.align]
    if paragraph.right_to_left:
        left, right = slack, 0.0
    left += paragraph.bullet.width if paragraph.bullet else 0.0
    return Placement(rect.inset(-left, 0, -right, 0), placement.degrees, placement.scale)
