"""`manage.py create_admin --email E --password P`: an administrator."""

from argparse import ArgumentParser
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
        """Who."""
        parser.add_argument("--email", required=True)
        parser.add_argument("--password", required=True)

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Do it; what cannot be used is one sentence."""
        email = User.objects.normalize_email(options["email"])
        try:
            validate_email(email)
            validate_password(options["password"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        user = User.objects.filter(email=email).first() or User(email=email)
        user.is_staff = user.is_superuser = user.is_active = True
        user.set_password(options["password"])
        user.save()
        record_deed(who=None, action="create_admin", target=f"user {email}")
        self.stdout.write(f"{email} is an administrator and signs in at /admin/.")
