"""A restore that cannot be right changes nothing and says why in a sentence."""

import gzip
import io
import tarfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.management import call_command
from redis import Redis

from engine.protocol.names import TURNS_WORKER_KEY
from tests.factories import make_guest
from tests.webapp.backups.installation import Installation
from webapp.backups.archive_reader import unpack
from webapp.backups.errors import BackupError
from webapp.backups.restoring import restore_backup
from webapp.core.environment import read_environment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def archive(home: Path, tmp_path: Path) -> Path:
    make_guest("Alice")
    path = tmp_path / "backup"
    call_command("backup", str(path), stderr=io.StringIO())
    return path


def rewrite(archive: Path, change: Callable[[list[tuple[str, bytes]]], object]) -> bytes:
    """The archive with other members."""
    with tarfile.open(archive) as tar:
        members = [(entry.name, tar.extractfile(entry).read()) for entry in tar]  # type: ignore[union-attr]
    change(members)
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as tar:
        for name, content in members:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return target.getvalue()


Members = list[tuple[str, bytes]]


def change_first(old: bytes, new: bytes, members: Members) -> None:
    name, content = members[0]
    members[0] = (name, content.replace(old, new, 1))


def change_last(old: bytes, new: bytes, members: Members) -> None:
    name, content = members[-1]
    members[-1] = (name, content.replace(old, new))


CHANGES: dict[str, Callable[[Members], object]] = {
    "no manifest": lambda members: members.pop(),
    "a row more": lambda members: change_first(b"\n", b"\n[]\n", members),
    "a file more": lambda members: members.insert(0, ("files/exports/more", b"more")),
    "a file less": lambda members: members.pop(0),
    "leads out": lambda members: members.insert(0, ("files/../../secret_key", b"mine")),
    "absolute": lambda members: members.insert(0, ("/etc/passwd", b"mine")),
    "twice": lambda members: members.insert(0, members[0]),
    "newer": lambda members: change_last(b"accounts.0001", b"accounts.9001", members),
    "other format": lambda members: change_last(b'"format": 1', b'"format": 2', members),
}


def damage(archive: Path, kind: str) -> bytes:
    if kind == "cut":
        return archive.read_bytes()[:-2000]
    if kind == "no backup":
        return gzip.compress(b"x" * 5000)
    return rewrite(archive, CHANGES[kind])


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("cut", "damaged or cut short"),
        ("no backup", "damaged or cut short"),
        ("no manifest", "manifest is missing"),
        ("a row more", "is not what it was"),
        ("a file more", "nothing tells what files/exports/more is"),
        ("a file less", "is not what it was"),
        ("leads out", "leads out of it"),
        ("absolute", "not a backup that this version"),
        ("twice", "not a backup of Atelier"),
        ("other format", "not a backup that this version"),
    ],
)
def test_a_damaged_backup_is_refused(
    archive: Path, tmp_path: Path, kind: str, sentence: str
) -> None:
    folder = tmp_path / "unpacked"
    folder.mkdir()
    with pytest.raises(BackupError, match=sentence):
        unpack(io.BytesIO(damage(archive, kind)), folder)
    assert not (tmp_path / "secret_key").exists()


def rename_a_column(archive: Path) -> bytes:
    """An archive that is whole and does not fit the version that it names."""

    def change(members: Members) -> None:
        index = next(i for i, (name, _) in enumerate(members) if name == "tables/accounts.user")
        name, content = members[index]
        broken = content.replace(b'"is_guest"', b'"is_ghost"', 1)
        members[index] = (name, broken)
        old, new = (sha256(text).hexdigest().encode() for text in (content, broken))
        change_last(old, new, members)

    return rewrite(archive, change)


def test_a_full_installation_is_replaced_by_force_only_and_set_aside(
    archive: Path, tmp_path: Path
) -> None:
    one = Installation(tmp_path / "one")
    newer, damaged, odd = (tmp_path / name for name in ("newer", "damaged", "odd"))
    (password := tmp_path / "password").write_text("x" * 12)
    newer.write_bytes(damage(archive, "newer"))
    damaged.write_bytes(damage(archive, "a row more"))
    odd.write_bytes(rename_a_column(archive))
    said = one.run(
        ("backup", str(tmp_path / "none")),
        ("migrate", "--verbosity=0"),
        ("create_admin", "--email", "a@example.org", "--password-file", str(password)),
        ("restore", str(archive)),
        ("restore", str(newer), "--force"),
        ("restore", str(damaged), "--force"),
        ("restore", str(odd), "--force"),
        ("restore", str(archive), "--force"),
    )
    refusals = [str(line.error) for line in said]
    assert [text == "None" for text in refusals] == [False, True, True, *[False] * 4, True]
    assert "not up to date" in refusals[0]
    assert not (tmp_path / "none").exists()
    assert "not empty; --force" in refusals[3]
    assert "newer Atelier (it has accounts.9001" in refusals[4]
    assert "is not what it was" in refusals[5]
    assert "accounts.user has no column is_ghost" in refusals[6]

    # All that was refused left the administrator there, so the last one found and kept them.
    emails = "SELECT email FROM accounts_user WHERE email IS NOT NULL"
    assert one.query(emails) == []
    assert one.query("SELECT name FROM accounts_user") == [("Alice",)]
    (aside,) = one.home.glob("before-restore-*")
    assert str(aside) in said[-1].output
    assert Installation(aside).query(emails) == [("a@example.org",)]
    assert [path for path in one.home.iterdir() if path.name.startswith(".restoring")] == []


def test_a_restore_into_postgresql_that_fails_leaves_what_was_there(
    archive: Path, tmp_path: Path, postgres_url: str
) -> None:
    odd = tmp_path / "odd"
    odd.write_bytes(rename_a_column(archive))
    one = Installation(tmp_path / "home", postgres_url)
    good, bad = one.run(("restore", str(archive), "--force"), ("restore", str(odd), "--force"))
    assert good.error is None
    assert "is_ghost" in str(bad.error)
    assert one.query("SELECT name FROM accounts_user") == [("Alice",)]


def test_nothing_is_restored_below_people_who_work(
    archive: Path, tmp_path: Path, redis_socket: Path, redis: Redis
) -> None:
    address = {"REDIS_URL": f"unix://{redis_socket}"}
    redis.set(TURNS_WORKER_KEY, "1")
    environment = read_environment({**address, "ATELIER_HOME": str(tmp_path / "one")})
    with archive.open("rb") as file, pytest.raises(BackupError, match="A turns worker runs"):
        restore_backup(file, environment, force=True)
    redis.delete(TURNS_WORKER_KEY)
    redis.set("turn:left-over", "1")
    one = Installation(tmp_path / "one", **address)
    refused, done = one.run(("restore", str(archive)), ("restore", str(archive), "--force"))
    assert "not empty" in str(refused.error)
    assert done.error is None
    assert redis.dbsize() == 0
