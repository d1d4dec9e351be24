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
    kind = models.CharField(
        max_length=16, choices=[(kind.value, kind.name) for kind in ArtifactKind]
    )
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


class ArtifactVersion(models.Model):
    """One state of an artifact. `call` names the tool call that made it within its message, so
    that running that call twice stores it once."""

    artifact = models.ForeignKey(Artifact, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    kind = models.CharField(
        max_length=16, choices=[(kind.value, kind.name) for kind in ArtifactKind]
    )
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="versions")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="artifact_versions")
    call = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    message_id: UUID

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["artifact", "number"], name="version_number_once"),
            models.UniqueConstraint(fields=["message", "call"], name="version_call_once"),
        ]

    def __str__(self) -> str:
        return f"{self.artifact_id} version {self.number}"
