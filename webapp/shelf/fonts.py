"""How a document gets fonts of the shelf: those that a `font-family` list names, and the one of its
writing."""

from webapp.shelf.catalog import WritingFont, read_catalog


def font_links(*family_lists: str) -> str:
    """A link for each family of the lists that the shelf has or has a stand-in for; a generic
    name such as `serif` needs none."""
    catalog = read_catalog()
    names = [name.strip().strip("\"'").strip() for text in family_lists for name in text.split(",")]
    fonts = {name: font for name in names if name and (font := catalog.find_font(name))}
    styles = dict.fromkeys(font.style_for(name) for name, font in fonts.items())
    return "".join(f'<link rel="stylesheet" href="{style}">' for style in styles)


def writing_markup(font: WritingFont) -> str:
    """What defines the font of a writing, for the beginning of a head, and gives it to all that the
    document gives no font. In a layer before all others, so that every rule of the page wins; the
    encoding first, since in an export a megabyte of fonts may follow."""
    rules = (
        f"html{{font-family:{font.family},serif}}"
        f"button,input,select,textarea{{font-family:Arial,{font.family},sans-serif}}"
        f"pre,code,kbd,samp,tt{{font-family:{font.family},monospace}}"
    )
    return (
        f'<meta charset="utf-8"><link rel="stylesheet" href="{font.style}">'
        f"<style>@layer writing{{{rules}}}</style>"
    )
