"""What the model is told of the shelf, in as few words as will do."""

from functools import cache

from webapp.shelf.catalog import Catalog, Library, read_catalog


@cache
def library_prompt() -> str:
    """A list of the libraries and fonts, for the system prompt. Markdown, no heading."""
    catalog = read_catalog()
    lines = [_describe(library) for library in catalog.libraries if library.use]
    return "\n".join(
        (
            "Libraries stand ready without a network, as files or by import; nothing else can be"
            " loaded. Well-known CDN addresses of these lead here too.",
            *lines,
            _describe_fonts(catalog),
        )
    )


def _describe(library: Library) -> str:
    files = [f"/lib/{library.name}/{file}" for file in (library.style, library.script) if file]
    place = f" ({' + '.join(files)})" if files else ""
    return f"- {library.name}{place}: {library.use}."


def _describe_fonts(catalog: Catalog) -> str:
    names = ", ".join(f"{font.family} ({font.look})" for font in catalog.fonts)
    example = catalog.fonts[0]
    return (
        f'- Fonts: {names}. `<link rel="stylesheet" href="/lib/{example.slug}/{example.slug}.css">`'
        f", then `font-family: {example.family}`."
    )
