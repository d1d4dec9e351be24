"""`manage.py create_admin --email E`: an administrator, whose password is asked for.

The password is no argument, since everybody on a machine may read the arguments of its processes.
"""

import sys
from argparse import ArgumentParser
from getpass import getpass
from pathlib import Path
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from webapp.accounts.models import User
from webapp.administration.services import record_deed


class Command(BaseCommand):
    """Makes the account, or makes an administrator of the one that there is."""

    help = "Make an administrator, who signs in at /admin/. Again: sets the password anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who, and where the password comes from; without a word of that it is asked for."""
        parser.add_argument("--email", required=True)
        source = parser.add_mutually_exclusive_group()
        source.add_argument(
            "--password-stdin", action="store_true", help="read it from the standard input"
        )
        source.add_argument("--password-file", type=Path, help="read it from this file")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Do it; what cannot be used is one sentence."""
        email = User.objects.normalize_email(options["email"])
        try:
            validate_email(email)
            password = _read_password(options["password_file"], options["password_stdin"])
            validate_password(password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        user = User.objects.filter(email=email).first() or User(email=email)
        user.is_staff = user.is_superuser = user.is_active = True
        user.set_password(password)
        user.save()
        record_deed(who=None, action="create_admin", target=f"user {email}")
        self.stdout.write(f"{email} is an administrator and signs in at /admin/.")


def _read_password(file: Path | None, from_stdin: bool) -> str:
    """The first line of the file or of the standard input, or what a person types twice."""
    try:
        if file is not None:
            return file.read_text("utf-8").partition("\n")[0].rstrip("\r")
        if from_stdin:
            return sys.stdin.readline().rstrip("\r\n")
    except (OSError, ValueError) as error:
        place = file or "the standard input"
        raise CommandError(f"The password cannot be read from {place}: {error}.") from error
    return _ask()


def _ask() -> str:
    if not sys.stdin.isatty():
        raise CommandError(
            "There is no terminal to ask for the password; give it by --password-stdin or "
            "--password-file."
        )
    password = getpass("Password: ")
    if getpass("Once more: ") != password:
        raise CommandError("These are two different passwords; nothing was changed.")
    return password
