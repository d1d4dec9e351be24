"""Publishes everything that was made in a conversation, as its owner would with each.

A program of its own, since it needs the installation's settings: reads one JSON object from
standard input, `{conversation, app_origin}`, and prints `{title: slug}`.
"""

import json
import os
import sys
from typing import Any
from uuid import UUID

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "webapp.config.settings"
django.setup()

from webapp.conversations.models import Conversation  # noqa: E402
from webapp.publications.models import Visibility  # noqa: E402
from webapp.publications.services import publish_version  # noqa: E402


def publish_all(wish: dict[str, Any]) -> dict[str, str]:
    """Publishes the newest version of each artifact; returns the slugs by title."""
    conversation = Conversation.objects.get(pk=UUID(wish["conversation"]))
    slugs = {}
    for artifact in conversation.artifacts.all():
        newest = artifact.versions.last()
        publication = publish_version(
            owner=conversation.owner,
            artifact=artifact.pk,
            number=newest.number if newest else 0,
            visibility=Visibility.LINK,
            app_origin=wish["app_origin"],
        )
        slugs[artifact.title] = publication.slug
    return slugs


if __name__ == "__main__":
    sys.stdout.write(json.dumps(publish_all(json.load(sys.stdin))))
