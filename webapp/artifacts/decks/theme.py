"""A deck's theme: tokens that reach its pages as CSS custom properties.

The server puts the properties into a page when it makes the document, so another theme changes
no byte of any page.
"""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

_FONT = re.compile(r"^[\w\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af .,'\"-]{1,200}$")
Color = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]


def _safe_font(value: str) -> str:
    """A `font-family` list that cannot leave its declaration."""
    if not _FONT.match(value) or value.count('"') % 2 or value.count("'") % 2:
        raise ValueError("a font is a list of names such as: Inter, sans-serif")
    return value


Font = Annotated[str, AfterValidator(_safe_font)]


class ThemeColors(BaseModel):
    """`#rrggbb` each; `text` and `muted` are read on `background` and on `surface`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    background: Color
    surface: Color
    text: Color
    muted: Color
    accent: Color
    accent2: Color


class ThemeFonts(BaseModel):
    """`font-family` lists."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    heading: Font
    body: Font


class Theme(BaseModel):
    """The tokens; `radius` of corners in CSS pixels."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=60)]
    colors: ThemeColors
    fonts: ThemeFonts
    radius: Annotated[int, Field(ge=0, le=64)] = 12


def theme_css(theme: Theme) -> str:
    """The rule that gives a page its theme; the custom properties are the contract with pages."""
    colors = theme.colors
    properties = {
        "background": colors.background,
        "surface": colors.surface,
        "text": colors.text,
        "muted": colors.muted,
        "accent": colors.accent,
        "accent2": colors.accent2,
        "heading-font": theme.fonts.heading,
        "body-font": theme.fonts.body,
        "radius": f"{theme.radius}px",
    }
    return ":root{" + ";".join(f"--{name}:{value}" for name, value in properties.items()) + "}"
