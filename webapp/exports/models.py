"""The rows that are the truth about every export."""

from uuid import UUID, uuid4

from django.conf import settings
from django.db import models

from webapp.artifacts.models import ArtifactVersion
from webapp.exports.formats import ExportFormat


class ExportState(models.TextChoices):
    """Where an export is in its life; the last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN_STATES = (ExportState.QUEUED, ExportState.RUNNING)


class Export(models.Model):
    """One file that a person asked for.

    `attempt` counts the workers that took it up, `lease_until` says how long the present one is
    believed to live. State changes are compare-and-set on state and attempt. `report` is a list of
    `{page, element, message}`. The file lies under the data folder until `expires_at`.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="exports"
    )
    version = models.ForeignKey(ArtifactVersion, on_delete=models.CASCADE, related_name="exports")
    format = models.CharField(
        max_length=16, choices=[(format.value, format.name) for format in ExportFormat]
    )
    options = models.JSONField(default=dict)
    state = models.CharField(max_length=16, choices=ExportState.choices, default=ExportState.QUEUED)
    attempt = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    rung_at = models.DateTimeField()
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    text = models.CharField(max_length=200, blank=True)
    report = models.JSONField(default=list)
    file_name = models.CharField(max_length=120, blank=True)
    media_type = models.CharField(max_length=120, blank=True)
    file_bytes = models.PositiveBigIntegerField(default=0)
    error_code = models.CharField(max_length=64, blank=True)
    error_message = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    owner_id: UUID
    version_id: int

    class Meta:
        indexes = [
            models.Index(fields=["state", "lease_until"]),
            models.Index(fields=["owner", "state"]),
            models.Index(fields=["expires_at"]),
        ]

    def __str__(self) -> str:
        return f"export {self.id} {self.state}"
