"""Restoring a backup into an installation that does not run."""

import datetime
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from redis import Redis
from redis.exceptions import RedisError

from engine.protocol.names import TURNS_WORKER_KEY
from webapp.administration.services import record_deed
from webapp.backups.archive_reader import Unpacked, unpack
from webapp.backups.errors import BackupError
from webapp.backups.replacing import MOVED_FOLDERS, moved_aside, replaced_database
from webapp.backups.schema import fill_database, has_rows, known_targets
from webapp.core.environment import Environment
from webapp.publications.services import write_missing_files
from webapp.serving.instance_lock import hold_instance_lock
from webapp.serving.preflight import check_home


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored. `aside` is the folder with what was there before, if there was any."""

    rows: int
    made_at: str
    has_secret_key: bool
    aside: Path | None


def restore_backup(source: IO[bytes], environment: Environment, *, force: bool) -> Restored:
    """Puts the backup in the place of all that the installation holds, which must be nothing
    unless `force`. Raises BackupError, or StartError if Atelier runs; then all is as it was."""
    home = environment.home
    check_home(home)
    with hold_instance_lock(home), _folder_in(home, "restoring") as folder:
        archive = unpack(source, folder)
        targets = known_targets(archive.manifest.migrations)
        has_key = archive.secret_key is not None
        redis = None if environment.redis_socket else Redis.from_url(environment.redis_url)
        was_empty = _is_empty(home, redis)
        if not was_empty and not force:
            raise BackupError(
                "This installation is not empty; --force puts the backup in its place."
            )
        aside = home / f"before-restore-{datetime.datetime.now(datetime.UTC):%Y%m%d-%H%M%S}"
        aside.mkdir(mode=0o700)
        try:
            rows = _replace(archive, targets, home, aside)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
        if redis is not None:
            redis.flushdb()
        if was_empty:
            shutil.rmtree(aside)
    return Restored(rows, archive.manifest.made_at, has_key, None if was_empty else aside)


def _replace(archive: Unpacked, targets: list[tuple[str, str]], home: Path, aside: Path) -> int:
    folders = [home / name for name in MOVED_FOLDERS]
    key = [home / "secret_key"] if archive.secret_key else []
    with moved_aside([*folders, *key], aside), replaced_database(aside):
        rows = fill_database(archive, targets)
        for folder in sorted(archive.files.iterdir()) if archive.files.is_dir() else ():
            folder.rename(home / folder.name)
        if archive.secret_key is not None:
            archive.secret_key.chmod(0o600)
            archive.secret_key.rename(home / "secret_key")
        write_missing_files()
        record_deed(who=None, action="restore", target=f"backup of {archive.manifest.made_at}")
    return rows


def _is_empty(home: Path, redis: Redis | None) -> bool:
    """Looks at everything that the restore replaces. Raises BackupError if somebody works."""
    if redis is None:
        redis_is_empty = not (home / "redis").exists()
    else:
        try:
            if redis.exists(TURNS_WORKER_KEY):
                raise BackupError(
                    "A turns worker runs; stop all of Atelier but the database and Redis."
                )
            redis_is_empty = redis.dbsize() == 0
        except RedisError as error:
            raise BackupError("Redis does not answer; check REDIS_URL.") from error
    return redis_is_empty and not has_rows()


@contextmanager
def _folder_in(home: Path, name: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix=f".{name}-", dir=home) as folder:
        yield Path(folder)
