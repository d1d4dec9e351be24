"""Made things. Texts are kept once by their SHA-256; a version points at one of them."""

from uuid import UUID, uuid4

from django.db import models

from webapp.conversations.models import Conversation, Message
from webapp.core.events import ArtifactKind

KIND_CHOICES = [(kind.value, kind.name) for kind in ArtifactKind]


class Artifact(models.Model):
    """A made thing of one conversation. The same identifier again is a new version of it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="artifacts"
    )
    identifier = models.CharField(max_length=64)
    kind = models.CharField(max_length=16, choices=KIND_CHOICES)
    title = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "identifier"], name="artifact_identifier_once"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Blob(models.Model):
    """A text under its SHA-256 in hexadecimal."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    text = models.TextField()

    def __str__(self) -> str:
        return self.sha256


class Author(models.TextChoices):
    """Who wrote a version."""

    MODEL = "model"
    PERSON = "person"


class ArtifactVersion(models.Model):
    """One state of an artifact. `call` names the tool call that made it within its message, so
    that running that call twice stores it once. `parent` is the number of the version that it was
    made from. `attributes` holds a `VersionAttributes`, `check_report` a `CheckReport`. A deck has
    no text of its own (`blob` is null) but pages."""

    artifact = models.ForeignKey(Artifact, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=16, choices=KIND_CHOICES)
    title = models.CharField(max_length=200, default="")
    parent = models.PositiveIntegerField(null=True, blank=True)
    author = models.CharField(max_length=16, choices=Author.choices, default=Author.MODEL)
    attributes = models.JSONField(default=dict)
    blob = models.ForeignKey(
        Blob, on_delete=models.PROTECT, related_name="versions", null=True, blank=True
    )
    check_report = models.JSONField(null=True, blank=True)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="artifact_versions")
    call = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    artifact_id: UUID
    blob_id: str | None
    message_id: UUID

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["artifact", "number"], name="version_number_once"),
            models.UniqueConstraint(fields=["message", "call"], name="version_call_once"),
        ]

    def __str__(self) -> str:
        return f"{self.artifact_id} version {self.number}"


class DeckPage(models.Model):
    """A page of one version of a deck. `page_id` stays the same from version to version,
    `position` counts from 1 in the order of presentation, `sources` is a list of texts."""

    version = models.ForeignKey(ArtifactVersion, on_delete=models.CASCADE, related_name="pages")
    position = models.PositiveIntegerField()
    page_id = models.CharField(max_length=8)
    title = models.CharField(max_length=200)
    notes = models.TextField(blank=True, default="")
    sources = models.JSONField(default=list)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="pages")

    blob_id: str

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="page_position_once"),
            models.UniqueConstraint(fields=["version", "page_id"], name="page_id_once"),
        ]

    def __str__(self) -> str:
        return f"page {self.position} of {self.version_id}"
