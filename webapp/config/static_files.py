"""The built front end's files under /static/assets/: hashed names, cached for ever, precompressed.

Only `dist/assets` is served here. `dist/frame.html` is not: on the app origin it would be a door.
"""

from pathlib import Path
from typing import Any

from servestatic import ServeStaticASGI

ASSETS_URL = "static/assets/"


def serve_assets(app: Any, dist: Path) -> Any:
    """`app` behind the files of `dist`/assets; those are listed once, at the start."""
    assets = dist / "assets"
    return ServeStaticASGI(
        app,
        root=assets if assets.is_dir() else None,
        prefix=ASSETS_URL,
        allow_all_origins=False,
        immutable_file_test=lambda _path, _url: True,
        add_headers_function=_add_headers,
    )


def _add_headers(headers: Any, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
