"""What goes into a backup comes out of it: into SQLite and into PostgreSQL, and back."""

import os
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

from tests.factories import make_conversation, make_exchange, make_guest
from tests.webapp.backups.installation import Installation
from tests.webapp.publications.conftest import publish, store, store_deck
from webapp.accounts.models import User
from webapp.backups.rows import kept_models, table_name
from webapp.core.events import TextPart
from webapp.generation.services import start_turn

pytestmark = pytest.mark.django_db(transaction=True)
ODD = 'Ünï 漢字 \U0001f600 \\u0000 \\\\ "quoted" \n\t\x7f'


def backup(path: Path, *options: str) -> str:
    said = StringIO()
    call_command("backup", str(path), *options, stderr=said)
    return said.getvalue()


def fill(home: Path) -> str:
    """Something of every kind; returns the slug of a publication."""
    guest = make_guest(ODD)
    talk = make_conversation(guest, ODD)
    asked = make_exchange(talk, ODD, [TextPart(text=ODD)])
    make_exchange(talk, "another branch", [TextPart(text="later")], parent=asked)
    start_turn(owner=guest, request_key=uuid4(), text="still waiting", conversation=None)
    User.objects.create_superuser("root@example.org", "a long password").user_permissions.set(
        apps.get_model("auth", "Permission").objects.all()[:3]
    )
    slug: str = publish(store_deck("<p>one", "<p>two"))["slug"]
    publish(store())
    for name in ("exports/finished", "thumbnails/ab/abcd.webp", "exports/half.part", "log/x.log"):
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.urandom(100_000))
    return slug


def count_rows(one: Installation) -> dict[str, int]:
    return {
        table_name(model): one.query(f"SELECT COUNT(*) FROM {model._meta.db_table}")[0][0]
        for model in kept_models(apps)
    }


def test_everything_returns_through_both_databases(
    home: Path, tmp_path: Path, redis: object, postgres_url: str
) -> None:
    slug = fill(home)
    first, second = tmp_path / "first.tar.gz", tmp_path / "second.tar.gz"
    assert "The secret key is not in it" in backup(first)
    assert first.stat().st_mode & 0o777 == 0o600
    in_postgres = Installation(tmp_path / "postgres", postgres_url)
    (password := tmp_path / "password").write_text("x" * 12)
    # The next row gets a number that none has.
    admin = ("create_admin", "--email", "b@example.org", "--password-file", str(password))
    for said in in_postgres.run(("restore", str(first)), ("backup", str(second)), admin):
        assert said.error is None, said
    back = Installation(tmp_path / "back")
    assert "no secret key" in back.restore(second)
    assert (back.home / "secret_key").read_text() != settings.SECRET_KEY

    counts = count_rows(back)
    there = count_rows(in_postgres)
    there["accounts.user"] -= 1
    assert counts == there
    for model in kept_models(apps):
        name = table_name(model)
        # Each restore writes one line into the audit log.
        more = 2 if name == "administration.auditentry" else 0
        assert counts[name] == model._base_manager.count() + more, name
    from webapp.conversations.models import Conversation, Message

    parts = {message.pk.hex: message.parts for message in Message.objects.all()}
    assert parts == back.messages() == in_postgres.messages()
    times = {talk.created_at for talk in Conversation.objects.all()}
    asked = "SELECT created_at FROM conversations_conversation"
    assert {row[0] for row in in_postgres.query(asked)} == times
    for one in (in_postgres, back):
        assert (one.home / "published" / slug / "2.txt").read_text().endswith("<p>two")
        kept = (one.home / "exports" / "finished").read_bytes()
        assert kept == (home / "exports" / "finished").read_bytes()
        assert (one.home / "thumbnails" / "ab" / "abcd.webp").exists()
        assert not (one.home / "exports" / "half.part").exists()
        assert sorted(path.name for path in one.home.iterdir() if "restor" in path.name) == []


def test_the_secret_key_goes_along_only_when_asked(home: Path, tmp_path: Path) -> None:
    with_key = tmp_path / "with"
    assert "secret key" not in backup(with_key, "--with-secret-key")
    one = Installation(tmp_path / "one")
    assert "no secret key" not in one.restore(with_key)
    assert (one.home / "secret_key").read_text() == settings.SECRET_KEY
    assert (one.home / "secret_key").stat().st_mode & 0o777 == 0o600


def test_every_folder_of_the_data_folder_is_kept_or_left_out_on_purpose() -> None:
    """A room that begins to keep files must be decided about here."""
    import re

    from webapp.backups.manifest import KEPT_FOLDERS
    from webapp.core.environment import PROJECT_ROOT

    found: set[str] = set()
    for path in (PROJECT_ROOT / "webapp").rglob("*.py"):
        text = path.read_text("utf-8")
        found |= set(re.findall(r'(?:ATELIER_HOME\)|[^_]home) / "([a-z_]+)"', text))
    made_again = {"published", "redis", "run", "log", "secret_key", "exports_half"}
    assert found - made_again == set(KEPT_FOLDERS)
