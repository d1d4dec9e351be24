"""The secret key that is made once per ATELIER_HOME, readable by its owner only."""

import os
import secrets
from pathlib import Path

from webapp.core.environment import SettingError


def load_or_create_secret_key(home: Path) -> str:
    """The key in `home`/secret_key, made at the first call.

    Safe against several processes starting at once: each writes a complete file under a name of
    its own, and the one whose link comes first wins. Raises SettingError if `home` is not writable.
    """
    path = home / "secret_key"
    try:
        home.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _link_new_key(path)
        key = path.read_text("ascii").strip()
    except OSError as error:
        raise SettingError(
            f"ATELIER_HOME {home} is not writable ({error.strerror}); set it to a folder of yours."
        ) from error
    if len(key) < 50:
        raise SettingError(f"The secret key in {path} is damaged; delete that file to make a new.")
    return key


def _link_new_key(path: Path) -> None:
    draft = path.with_name(f".secret_key.{os.getpid()}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(64))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink()
