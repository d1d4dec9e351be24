"""DrawingML of text: one paragraph a block, its line breaks pinned (ECMA-376 part 1, 21.1.2)."""

import re
from collections.abc import Callable

from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import BaseOxmlElement

from webapp.exports.pptx.drawing_xml import color_xml, emu, fill_xml, line_xml, make, shadow_xml
from webapp.exports.pptx.gradients import LinearGradient
from webapp.exports.pptx.scene import Bullet, Paragraph, RunStyle

_ALIGN = {"left": "l", "center": "ctr", "right": "r"}
_NUMBER = re.compile(r"^(\d{1,4})\.$")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# A hyperlink keeps the color of its letters instead of the theme's link color.
_OWN_COLOR = "{A12FA001-AC4F-418D-AE19-62706E023703}"
_OWN_COLOR_NAMESPACE = "http://schemas.microsoft.com/office/drawing/2018/hyperlinkcolor"

LinkId = Callable[[str], str]
"""Gives the relationship id of an address."""


def xml_text(text: str) -> str:
    """`text` without what XML cannot hold."""
    return _FORBIDDEN.sub("", text)


def points(pixels: float) -> int:
    """CSS pixels as whole hundredths of a point."""
    return round(pixels * 75)


def text_body_xml(paragraph: Paragraph, link_id: LinkId) -> BaseOxmlElement:
    """`p:txBody` without insets, wrapping and fitting: what is measured stays where it is."""
    body = make(
        "a:bodyPr",
        make("a:noAutofit"),
        **{"wrap": "none", "lIns": 0, "tIns": 0, "rIns": 0, "bIns": 0, "anchor": "t"},
        rtlCol=0,
    )
    if paragraph.vertical:
        body.set("vert", "eaVert")
    return make("p:txBody", body, make("a:lstStyle"), _paragraph_xml(paragraph, link_id))


def _paragraph_xml(paragraph: Paragraph, link_id: LinkId) -> BaseOxmlElement:
    element = make("a:p", _properties_xml(paragraph))
    for number, line in enumerate(paragraph.lines):
        if number and line:
            element.append(
                make("a:br", _run_properties("a:rPr", line[0].style, link_id, link=False))
            )
        for run in line:
            letters = make("a:t")
            letters.text = xml_text(run.text)
            properties = _run_properties("a:rPr", run.style, link_id)
            element.append(make("a:r", properties, letters))
    return element


def _properties_xml(paragraph: Paragraph) -> BaseOxmlElement:
    element = make("a:pPr")
    bullet = paragraph.bullet
    margin = emu(bullet.width) if bullet else 0
    element.set("marL", str(margin))
    element.set("indent", str(-margin))
    element.set("algn", _ALIGN[paragraph.align])
    if paragraph.right_to_left:
        element.set("rtl", "1")
    pitch = make("a:spcPct", val=100_000)
    if paragraph.pitch is not None:
        pitch = make("a:spcPts", val=max(1, points(paragraph.pitch)))
    element.append(make("a:lnSpc", pitch))
    for name in ("a:spcBef", "a:spcAft"):
        element.append(make(name, make("a:spcPts", val=0)))
    element.extend(_bullet_xml(bullet) if bullet else [make("a:buNone")])
    return element


def _bullet_xml(bullet: Bullet) -> list[BaseOxmlElement]:
    fill = bullet.style.fill
    color = fill.stops[0].color if isinstance(fill, LinearGradient) else fill
    parts = [make("a:buClr", color_xml(color))]
    if match := _NUMBER.match(bullet.text):
        parts.append(make("a:buFont", typeface=bullet.style.latin))
        parts.append(make("a:buAutoNum", type="arabicPeriod", startAt=max(1, int(match.group(1)))))
    else:
        parts.append(make("a:buFont", typeface="Arial"))
        parts.append(make("a:buChar", char=xml_text(bullet.text)))
    return parts


def _run_properties(
    tag: str, style: RunStyle, link_id: LinkId, *, link: bool = True
) -> BaseOxmlElement:
    size = min(400_000, max(100, points(style.size)))
    element = make(tag, sz=size, b=int(style.bold), i=int(style.italic), dirty=0)
    optional = {
        "u": "sng" if style.underline else None,
        "strike": "sngStrike" if style.strike else None,
        "cap": "small" if style.small_caps else None,
        "spc": points(style.spacing) if abs(style.spacing) > 0.01 else None,
        "baseline": style.raised * 1000 if style.raised else None,
    }
    for name, value in optional.items():
        if value is not None:
            element.set(name, str(value))
    if style.stroke:
        element.append(line_xml(style.stroke))
    element.append(fill_xml(style.fill))
    if style.shadow:
        element.append(shadow_xml(style.shadow))
    if style.highlight:
        element.append(make("a:highlight", color_xml(style.highlight)))
    element.append(make("a:latin", typeface=xml_text(style.latin)))
    element.append(make("a:ea", typeface=xml_text(style.east_asian)))
    element.append(make("a:cs", typeface=xml_text(style.latin)))
    if style.link and link:
        element.append(_link_xml(link_id(style.link)))
    return element


def _link_xml(relationship: str) -> BaseOxmlElement:
    element = make("a:hlinkClick")
    element.set(qn("r:id"), relationship)
    extension = make("a:ext", uri=_OWN_COLOR)
    own = extension.makeelement(
        f"{{{_OWN_COLOR_NAMESPACE}}}hlinkClr", {"val": "tx"}, nsmap={"ahyp": _OWN_COLOR_NAMESPACE}
    )
    extension.append(own)
    element.append(make("a:extLst", extension))
    return element
