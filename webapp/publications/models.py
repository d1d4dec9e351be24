"""A published version of an artifact, under an address that nobody guesses."""

import secrets
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q

from webapp.artifacts.models import Artifact, ArtifactVersion

# 192 bits: whoever has the address was given it.
SLUG_BYTES = 24


def new_slug() -> str:
    """An address that cannot be guessed, 32 characters of the URL alphabet."""
    return secrets.token_urlsafe(SLUG_BYTES)


class Visibility(models.TextChoices):
    """Who finds a publication: whoever has the link, or everybody."""

    LINK = "link"
    PUBLIC = "public"


class Publication(models.Model):
    """An artifact is published at most once at a time, in one version. A row with `taken_down_at`
    stays, so that the artifact is not published again."""

    slug = models.CharField(primary_key=True, max_length=32, default=new_slug, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="publications"
    )
    artifact = models.ForeignKey(Artifact, on_delete=models.CASCADE, related_name="publications")
    version = models.ForeignKey(
        ArtifactVersion, on_delete=models.CASCADE, related_name="publications"
    )
    visibility = models.CharField(max_length=8, choices=Visibility.choices)
    app_origin = models.CharField(max_length=300)
    created_at = models.DateTimeField(auto_now_add=True)
    taken_down_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True, default="")

    artifact_id: UUID

    class Meta:
        indexes = [models.Index(fields=["visibility", "-created_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["artifact"], condition=Q(taken_down_at=None), name="published_once"
            )
        ]

    def __str__(self) -> str:
        return self.slug
