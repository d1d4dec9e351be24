"""The built front end's files under /static/assets/: hashed names, cached for ever, precompressed;
and the administration's own under /static/admin/ and /static/administration/, cached for an hour.

Of `dist` only `assets` is served here. `dist/frame.html` is not: on the app origin it would be a
door.
"""

from pathlib import Path
from typing import Any

from django.apps import apps
from servestatic import ServeStaticASGI

ASSETS_URL = "static/assets/"
NAMED_FILES_SECONDS = 3600
_WITH_FILES = ("admin", "administration")


def serve_assets(app: Any, dist: Path) -> Any:
    """`app` behind the files of `dist`/assets and of the administration; those are listed once, at
    the start."""
    assets = dist / "assets"
    files = ServeStaticASGI(
        app,
        root=assets if assets.is_dir() else None,
        prefix=ASSETS_URL,
        max_age=NAMED_FILES_SECONDS,
        allow_all_origins=False,
        immutable_file_test=lambda _path, url: url.startswith(f"/{ASSETS_URL}"),
        add_headers_function=_add_headers,
    )
    for label in _WITH_FILES:
        files.add_files(Path(apps.get_app_config(label).path) / "static", prefix="static/")
    return files


def _add_headers(headers: Any, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
