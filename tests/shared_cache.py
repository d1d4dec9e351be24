"""One folder for what engines build for this machine, shared by all data folders of the tests.

The same that an engine uses which is told of none: otherwise each would compile for itself.
"""

from pathlib import Path

SHARED = Path.home() / ".cache" / "atelier"


def share_cache(home: Path) -> None:
    """Makes `home`, and its `cache` a link to the shared folder."""
    SHARED.mkdir(mode=0o700, parents=True, exist_ok=True)
    home.mkdir(parents=True, exist_ok=True)
    link = home / "cache"
    if not link.is_symlink():
        link.symlink_to(SHARED)
