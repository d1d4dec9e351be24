"""Workers that were seen, and their figures by the minute."""

from django.db import models


class WorkerRecord(models.Model):
    """A worker that said that it lives, with the last that was heard of it. What it says now is in
    Redis; this row is there when the worker is not any more."""

    id = models.CharField(primary_key=True, max_length=200)
    model = models.CharField(max_length=200)
    host = models.CharField(max_length=200, blank=True)
    first_seen = models.DateTimeField(auto_now_add=True)
    last_seen = models.DateTimeField(db_index=True)
    last_status = models.JSONField()

    def __str__(self) -> str:
        return self.id


class WorkerSample(models.Model):
    """One minute of a worker: the means and the highest values of its samples, by their names in
    `engine.worker.samples`."""

    worker = models.ForeignKey(WorkerRecord, on_delete=models.CASCADE, related_name="samples")
    minute = models.DateTimeField(db_index=True)
    means = models.JSONField()
    peaks = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["worker", "minute"], name="one_sample_a_minute")
        ]

    def __str__(self) -> str:
        return f"{self.worker_id} {self.minute:%H:%M}"
