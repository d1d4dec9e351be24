"""`manage.py unpublish SLUG --reason TEXT`: takes a publication down."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from webapp.publications.services import take_down


class Command(BaseCommand):
    """Ends a link at once; the artifact cannot be published again."""

    help = "Take a publication down. SLUG is the last part of its address."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to take down, and why."""
        parser.add_argument("slug")
        parser.add_argument("--reason", required=True, help="kept with the publication")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Do it; an unknown slug is one sentence."""
        slug = options["slug"].rstrip("/").rpartition("/")[2]
        if take_down(slug=slug, reason=options["reason"], by=None) is None:
            raise CommandError(f"Nothing is published as {slug}; copy the end of its address.")
        self.stdout.write(f"{slug} is taken down.")
