"""What has been done already: a stamp holds the hash of everything that the work depended on."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def hash_of(texts: Iterable[str], files: Iterable[Path] = ()) -> str:
    """One hash over some texts and the names and contents of some files."""
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode() + b"\0")
    for path in sorted(files):
        digest.update(str(path).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def is_done(stamp: Path, expected: str) -> bool:
    """True if `stamp` says that the work was done for exactly this."""
    try:
        return stamp.read_text("ascii").strip() == expected
    except OSError:
        return False


def mark_done(stamp: Path, value: str) -> None:
    """Say that the work is done."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(value + "\n", encoding="ascii")
