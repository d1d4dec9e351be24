"""Links to the fonts of the shelf that a `font-family` list names."""

from webapp.shelf.catalog import read_catalog


def font_links(*family_lists: str) -> str:
    """A link for each family of the lists that the shelf has or has a stand-in for; a generic
    name such as `serif` needs none."""
    catalog = read_catalog()
    names = [name.strip().strip("\"'").strip() for text in family_lists for name in text.split(",")]
    fonts = {name: font for name in names if name and (font := catalog.find_font(name))}
    styles = dict.fromkeys(font.style_for(name) for name, font in fonts.items())
    return "".join(f'<link rel="stylesheet" href="{style}">' for style in styles)
