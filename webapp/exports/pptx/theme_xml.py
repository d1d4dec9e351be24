"""A deck's theme as the theme of the file, so that what is added by hand fits."""

from lxml import etree
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import qn
from pptx.presentation import Presentation

from webapp.artifacts.decks.theme import Theme
from webapp.exports.pptx.fonts import latin_font
from webapp.exports.pptx.text_xml import xml_text


def apply_theme(file: Presentation, theme: Theme) -> None:
    """Writes colors and fonts of `theme` into the master's theme."""
    part = file.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    root = etree.fromstring(part.blob)
    colors = theme.colors
    slots = {
        "dk1": colors.text,
        "lt1": colors.background,
        "dk2": colors.muted,
        "lt2": colors.surface,
        "accent1": colors.accent,
        "accent2": colors.accent2,
        "hlink": colors.accent,
        "folHlink": colors.accent2,
    }
    for name, value in slots.items():
        slot = root.find(f".//{qn('a:' + name)}")
        for old in list(slot):
            slot.remove(old)
        etree.SubElement(slot, qn("a:srgbClr"), val=value.removeprefix("#").upper())
    fonts = {"majorFont": theme.fonts.heading, "minorFont": theme.fonts.body}
    for name, family in fonts.items():
        root.find(f".//{qn('a:' + name)}/{qn('a:latin')}").set(
            "typeface", xml_text(latin_font(family))
        )
    root.set("name", xml_text(theme.name))
    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
