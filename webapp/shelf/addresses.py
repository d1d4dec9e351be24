"""Reading the address of a library or font at a public CDN: which package, which file of it.

Pure. Knows the path grammars of the CDNs and nothing of what the shelf holds.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

_OUTSIDE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_NPM = re.compile(r"(?P<name>@[^/@]+/[^/@]+|[^/@]+)(?:@[^/]*)?(?:/(?P<path>.*))?")
_GITHUB = re.compile(r"(?P<name>[^/@]+/[^/@]+)(?:@[^/]*)?(?:/(?P<path>.*))?")
_BY_VERSION = re.compile(r"(?P<name>[^/]+)/[^/]+(?:/(?P<path>.*))?")


@dataclass(frozen=True, slots=True)
class PackageFile:
    """A file of a published package; `path` is empty for the package's main file."""

    package: str
    path: str


@dataclass(frozen=True, slots=True)
class FontFamilies:
    """A style of a font service that defines these families."""

    families: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An address outside that names no package."""

    host: str


Address = PackageFile | FontFamilies | Elsewhere


def clean_address(text: str) -> str:
    """The address as a browser reads it: no white space around or within, `/` for `\\`."""
    stripped = text.strip("".join(map(chr, range(33))))
    return re.sub(r"[\t\r\n]", "", stripped).replace("\\", "/")


def is_outside(text: str) -> bool:
    """True if a browser would ask another server for `text`."""
    return _OUTSIDE.match(clean_address(text)) is not None


def parse_address(text: str) -> Address:
    """What an outside address asks for."""
    address = clean_address(text)
    try:
        parts = urlsplit(address if "://" in address[:8] else f"https:{address}")
        host = (parts.hostname or "").lower()
    except ValueError:
        return Elsewhere("")
    if host in _FONT_HOSTS:
        return FontFamilies(_families(parts.query))
    path = unquote(re.sub(r"/{2,}", "/", parts.path)).lstrip("/")
    read = _HOSTS.get(host)
    found = read(path) if read else None
    return found or Elsewhere(host)


def parse_package(specifier: str) -> PackageFile:
    """What a bare import names: `three/addons/x.js` is the file `addons/x.js` of three."""
    return _matched(_NPM, specifier) or PackageFile(specifier, "")


def _matched(pattern: re.Pattern[str], path: str) -> PackageFile | None:
    found = pattern.fullmatch(path)
    if found is None:
        return None
    # A slash at the end names a folder, as a value of an import map does.
    file = (found["path"] or "").removesuffix("+esm").lstrip("/")
    return PackageFile(found["name"], file)


def _npm(path: str) -> PackageFile | None:
    return _matched(_NPM, path)


def _jsdelivr(path: str) -> PackageFile | None:
    kind, _, rest = path.partition("/")
    patterns = {"npm": _NPM, "gh": _GITHUB}
    return _matched(patterns[kind], rest) if kind in patterns else None


def _esm_sh(path: str) -> PackageFile | None:
    return _matched(_NPM, re.sub(r"^(?:v\d+|stable|gh)/", "", path).removeprefix("*"))


def _jspm(path: str) -> PackageFile | None:
    return _matched(_NPM, path.removeprefix("npm:"))


def _cdnjs(path: str) -> PackageFile | None:
    rest = path.removeprefix("ajax/libs/")
    return _matched(_BY_VERSION, rest) if rest != path else None


def _by_version(path: str) -> PackageFile | None:
    return _matched(_BY_VERSION, path)


def _of(package: str) -> Callable[[str], PackageFile | None]:
    return lambda path: PackageFile(package, path)


def _main_of(package: str) -> Callable[[str], PackageFile | None]:
    return lambda _path: PackageFile(package, "")


def _families(query: str) -> tuple[str, ...]:
    values = [value for key, value in parse_qsl(query.replace("&amp;", "&")) if key == "family"]
    names = (name.partition(":")[0].strip() for value in values for name in value.split("|"))
    return tuple(dict.fromkeys(name for name in names if name))


_FONT_HOSTS = frozenset(
    ("fonts.googleapis.com", "fonts.googleapis.cn", "fonts.bunny.net", "fonts.loli.net")
)
_HOSTS: dict[str, Callable[[str], PackageFile | None]] = {
    "cdn.jsdelivr.net": _jsdelivr,
    "fastly.jsdelivr.net": _jsdelivr,
    "gcore.jsdelivr.net": _jsdelivr,
    "unpkg.com": _npm,
    "www.unpkg.com": _npm,
    "unpkg.zhimg.com": _npm,
    "esm.unpkg.com": _npm,
    "esm.run": _npm,
    "esm.sh": _esm_sh,
    "cdn.esm.sh": _esm_sh,
    "cdn.skypack.dev": _npm,
    "jspm.dev": _jspm,
    "ga.jspm.io": _jspm,
    "cdnjs.cloudflare.com": _cdnjs,
    "cdn.bootcdn.net": _cdnjs,
    "ajax.googleapis.com": _cdnjs,
    "cdn.bootcss.com": _by_version,
    "lib.baomitu.com": _by_version,
    "cdn.staticfile.org": _by_version,
    "cdn.staticfile.net": _by_version,
    "cdn.tailwindcss.com": _main_of("tailwindcss"),
    "d3js.org": _of("d3"),
    "threejs.org": _of("three"),
    "sql.js.org": _of("sql.js"),
    "cdn.plot.ly": _main_of("plotly"),
    "code.jquery.com": _main_of("jquery"),
    "use.fontawesome.com": _main_of("fontawesome"),
    "kit.fontawesome.com": _main_of("fontawesome"),
    "code.highcharts.com": _main_of("highcharts"),
    "pixijs.download": _main_of("pixi.js"),
}
