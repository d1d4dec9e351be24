"""The audit log: one row for each thing that an administrator did."""

from django.conf import settings
from django.db import models


class AuditEntry(models.Model):
    """Who did what to what, why, and how it ended. Rows are written once; only the outcome of a
    worker's command, which comes later, is filled in.

    `who` is None where the command line did it or the account is gone; `who_name` stays. `done` is
    None until the outcome is known.
    """

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    who = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    who_name = models.CharField(max_length=254)
    action = models.CharField(max_length=64)
    target = models.CharField(max_length=300)
    value = models.CharField(max_length=1000, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    done = models.BooleanField(null=True)
    outcome = models.CharField(max_length=500, blank=True)
    command_id = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name_plural = "audit log"

    def __str__(self) -> str:
        return f"{self.action} {self.target}"
