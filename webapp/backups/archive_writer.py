"""Writing the archive: a compressed tar that can go into a pipe, with the manifest at its end."""

import gzip
import hashlib
import io
import tarfile
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, BinaryIO, Self

from webapp.backups.manifest import MANIFEST_NAME, Manifest, Member

_IN_MEMORY_BYTES = 8 * 1024 * 1024
_COMPRESSION = 6


class ArchiveWriter:
    """Adds members to `target`, which need not be seekable, and remembers each one's digest."""

    def __init__(self, target: IO[bytes]) -> None:
        # Both are closed, which writes their ends, only where nothing failed.
        self._zip = gzip.GzipFile(
            fileobj=target, mode="wb", filename="", compresslevel=_COMPRESSION
        )
        self._tar = tarfile.open(fileobj=self._zip, mode="w|")  # noqa: SIM115
        self.members: list[Member] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self._tar.close()
            self._zip.close()

    def add_written(self, name: str, write: Callable[[BinaryIO], int]) -> int:
        """Adds what `write` puts into the file that it is given; returns what `write` returns."""
        with tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES) as spool:
            result = write(spool)  # type: ignore[arg-type]
            size = spool.tell()
            spool.seek(0)
            self._add(name, spool, size)
        return result

    def add_bytes(self, name: str, content: bytes) -> None:
        """Adds `content`."""
        self._add(name, io.BytesIO(content), len(content))

    def add_file(self, name: str, path: Path) -> None:
        """Adds the file as it is now. Raises FileNotFoundError if it has just gone."""
        with path.open("rb") as file:
            # The size is that of the open file, which is replaced as a whole and never written to.
            self._add(name, file, file.seek(0, io.SEEK_END))

    def finish(self, manifest: Manifest) -> None:
        """Adds the manifest, which is the mark of a complete archive."""
        content = manifest.model_dump_json(indent=1).encode()
        self._tar.addfile(_entry(MANIFEST_NAME, len(content)), io.BytesIO(content))

    def _add(self, name: str, file: IO[bytes], size: int) -> None:
        file.seek(0)
        reader = _HashingReader(file)
        self._tar.addfile(_entry(name, size), reader)
        self.members.append(Member(name=name, bytes=size, sha256=reader.digest.hexdigest()))


class _HashingReader:
    """Passes a file's content on and keeps its digest."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self._file.read(size)
        self.digest.update(chunk)
        return chunk


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size = size
    entry.mode = 0o600
    entry.mtime = int(time.time())
    return entry
