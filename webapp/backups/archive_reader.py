"""Reading an archive: everything is unpacked beside the data and compared with the manifest before
anything of the installation is touched."""

import hashlib
import tarfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pydantic import ValidationError

from webapp.backups.errors import BackupError
from webapp.backups.manifest import (
    FILES_FOLDER,
    MANIFEST_NAME,
    SECRET_KEY_NAME,
    TABLES_FOLDER,
    Manifest,
    Member,
)

_CHUNK_BYTES = 1024 * 1024
_MAX_MANIFEST_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Unpacked:
    """An archive in a folder, found whole."""

    folder: Path
    manifest: Manifest

    def table(self, name: str) -> Path:
        """The rows of a table, one JSON line each."""
        return self.folder / TABLES_FOLDER / name

    @property
    def tables(self) -> list[str]:
        """The names of all tables, in the order of the archive."""
        names = (member.name.partition("/") for member in self.manifest.members)
        return [rest for folder, _, rest in names if folder == TABLES_FOLDER]

    @property
    def files(self) -> Path:
        """What is to lie in ATELIER_HOME."""
        return self.folder / FILES_FOLDER

    @property
    def secret_key(self) -> Path | None:
        """The secret key, if it was asked for when the backup was taken."""
        path = self.folder / SECRET_KEY_NAME
        return path if path.exists() else None


def unpack(source: IO[bytes], folder: Path) -> Unpacked:
    """Unpacks into the empty `folder`. Raises BackupError for anything but a whole backup."""
    found: dict[str, Member] = {}
    manifest = None
    try:
        with tarfile.open(fileobj=source, mode="r|gz") as tar:
            for entry in tar:
                if manifest is not None:
                    raise BackupError("This is not a backup of Atelier: it goes on after its end.")
                content = tar.extractfile(entry) if entry.isreg() else None
                if content is None or entry.name in found:
                    raise BackupError(f"This is not a backup of Atelier: {entry.name[:100]!r}.")
                if entry.name == MANIFEST_NAME:
                    manifest = _read_manifest(content, entry.size)
                else:
                    found[entry.name] = _keep(entry.name, content, folder)
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise BackupError(f"The backup is damaged or cut short ({error}).") from error
    except ValidationError as error:
        raise BackupError("This is not a backup that this version of Atelier can read.") from error
    if manifest is None:
        raise BackupError("The backup is cut short: its manifest is missing.")
    _compare(manifest, found)
    return Unpacked(folder, manifest)


def _read_manifest(content: IO[bytes], size: int) -> Manifest:
    text = content.read(min(size, _MAX_MANIFEST_BYTES))
    if len(text) < size:
        raise BackupError("The backup is damaged or cut short (in its manifest).")
    return Manifest.model_validate_json(text)


def _keep(name: str, content: IO[bytes], folder: Path) -> Member:
    """Writes one member; its name is checked first, so that it stays in the folder."""
    Member(name=name, bytes=0, sha256="0" * 64)
    if ".." in name.split("/"):
        raise BackupError("This is not a backup of Atelier: a name leads out of it.")
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as file:
        while chunk := content.read(_CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
    return Member(name=name, bytes=size, sha256=digest.hexdigest())


def _compare(manifest: Manifest, found: dict[str, Member]) -> None:
    for member in manifest.members:
        if found.pop(member.name, None) != member:
            raise BackupError(f"The backup is damaged: {member.name} is not what it was.")
    if found:
        raise BackupError(f"The backup is damaged: nothing tells what {min(found)} is.")
