"""`manage.py create_admin`: who it makes, and that the password is nobody else's to read."""

import io
import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.management import CommandError, call_command

from tests.database import database_url
from webapp.accounts.models import User
from webapp.administration.models import AuditEntry
from webapp.core.environment import PROJECT_ROOT

pytestmark = pytest.mark.django_db
EMAIL = "boss@example.org"
FIRST, SECOND = "the first password", "the second password"


def create(path: Path, password: str, email: str = EMAIL) -> None:
    path.write_text(f"{password}\n", "utf-8")
    call_command("create_admin", "--email", email, "--password-file", str(path))


def test_it_makes_an_administrator_and_again_sets_the_password(tmp_path: Path) -> None:
    create(tmp_path / "password", FIRST, "Boss@Example.org")
    assert User.objects.get().check_password(FIRST)
    create(tmp_path / "password", SECOND)
    user = User.objects.get()
    assert (user.is_staff, user.is_superuser, user.is_active) == (True, True, True)
    assert user.check_password(SECOND)
    assert not user.check_password(FIRST)
    entry = AuditEntry.objects.first()
    assert entry is not None
    assert (entry.who_name, entry.action) == ("command line", "create_admin")
    assert "password" not in f"{entry.target}{entry.value}"


@pytest.mark.parametrize(
    ("email", "password", "told"),
    [("nobody", "a long password", "valid email"), ("a@example.org", "short", "too short")],
)
def test_it_refuses_what_cannot_be_used(
    tmp_path: Path, email: str, password: str, told: str
) -> None:
    with pytest.raises(CommandError, match=told):
        create(tmp_path / "password", password, email)
    assert not User.objects.exists()


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\nmore"])
def test_it_reads_one_line_of_the_standard_input(monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(FIRST + end))
    call_command("create_admin", "--email", EMAIL, "--password-stdin")
    assert User.objects.get().check_password(FIRST)


def test_a_password_among_the_arguments_is_refused() -> None:
    with pytest.raises(CommandError, match="--password-stdin"):
        call_command("create_admin", "--email", EMAIL, "--password", FIRST)


def test_without_a_terminal_and_without_a_source_it_says_what_to_give(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(FIRST))
    with pytest.raises(CommandError, match="--password-stdin or --password-file"):
        call_command("create_admin", "--email", EMAIL)
    missing = tmp_path / "missing"
    with pytest.raises(CommandError, match="cannot be read from"):
        call_command("create_admin", "--email", EMAIL, "--password-file", str(missing))
    assert not User.objects.exists()


# Runs a program on a terminal of its own, since a password is typed into nothing else.
_ON_A_TERMINAL = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"


def type_passwords(*typed: str) -> tuple[int, str]:
    """Types each when it is asked for; the exit code, and all that the terminal showed."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "webapp.config.settings",
        "ATELIER_HOME": str(settings.ATELIER_HOME),
        "DATABASE_URL": database_url(),
    }
    program = [sys.executable, "manage.py", "create_admin", "--email", EMAIL]
    master, terminal = pty.openpty()
    shown = ""
    with subprocess.Popen(
        [sys.executable, "-c", _ON_A_TERMINAL, *program],
        cwd=PROJECT_ROOT,
        env=environment,
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        os.close(terminal)
        assert process.stdout is not None
        output = process.stdout.fileno()
        for password, prompt in zip(typed, ("Password: ", "Once more: "), strict=True):
            shown += read_until(output, prompt)
            os.write(master, f"{password}\n".encode())
        shown += process.stdout.read().decode()
        code = process.wait()
    os.close(master)
    return code, shown


def read_until(output: int, words: str) -> str:
    shown, deadline = "", time.monotonic() + 60
    while words not in shown:
        ready, _, _ = select.select([output], [], [], max(0.0, deadline - time.monotonic()))
        piece = os.read(output, 4096) if ready else b""
        assert piece, shown
        shown += piece.decode()
    return shown


@pytest.mark.django_db(transaction=True)
def test_a_person_types_it_twice_and_nothing_shows_it() -> None:
    code, shown = type_passwords(FIRST, SECOND)
    assert code != 0
    assert "two different passwords" in shown
    assert not User.objects.exists()
    code, shown = type_passwords(FIRST, FIRST)
    assert code == 0, shown
    assert "is an administrator" in shown
    assert FIRST not in shown
    user = User.objects.get()
    # Hashed by the product's own hasher, which the settings of the tests replace.
    assert PBKDF2PasswordHasher().verify(FIRST, user.password)
