"""Turn and generation: the rows that are the truth about every answer being written."""

from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from webapp.conversations.models import Conversation, Message


class TurnState(models.TextChoices):
    """Where a turn is in its life; the last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"


OPEN_STATES = (TurnState.QUEUED, TurnState.RUNNING)


class Turn(models.Model):
    """One user message and all that answers it.

    `attempt` counts the workers that took it up, `lease_until` says how long the present one is
    believed to live. State changes are compare-and-set on state and attempt. `stream_closed` says
    that the terminal event has reached the stream.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="turns"
    )
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="turns")
    user_message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="answering_turns"
    )
    assistant_message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="turn")
    request_key = models.UUIDField()
    state = models.CharField(max_length=16, choices=TurnState.choices, default=TurnState.QUEUED)
    attempt = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    rung_at = models.DateTimeField()
    model = models.CharField(max_length=100)
    thinking = models.BooleanField(default=True)
    error_code = models.CharField(max_length=64, blank=True)
    error_message = models.CharField(max_length=500, blank=True)
    usage = models.JSONField(default=dict)
    last_event_id = models.CharField(max_length=42, blank=True)
    stream_closed = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    owner_id: UUID
    conversation_id: UUID
    user_message_id: UUID
    assistant_message_id: UUID

    class Meta:
        indexes = [models.Index(fields=["state", "lease_until"])]
        constraints = [
            models.UniqueConstraint(fields=["owner", "request_key"], name="turn_request_once"),
            models.UniqueConstraint(
                fields=["conversation"],
                condition=Q(state__in=["queued", "running"]),
                name="one_open_turn_per_conversation",
            ),
        ]

    def __str__(self) -> str:
        return f"turn {self.id} {self.state}"


class GenerationState(models.TextChoices):
    """Whether the engine still owes events for a generation."""

    RUNNING = "running"
    ENDED = "ended"


class Generation(models.Model):
    """One engine request of a turn. `attempt` counts engine attempts of this `request_id`, `losses`
    those that an engine left without a word; `resume_points` maps an attempt to the id of the last
    entry before it."""

    turn = models.ForeignKey(Turn, on_delete=models.CASCADE, related_name="generations")
    ordinal = models.PositiveIntegerField()
    request_id = models.UUIDField(default=uuid4, unique=True)
    state = models.CharField(
        max_length=16, choices=GenerationState.choices, default=GenerationState.RUNNING
    )
    attempt = models.PositiveIntegerField(default=1)
    losses = models.PositiveIntegerField(default=0, db_default=0)
    resume_points = models.JSONField(default=dict)
    usage = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["turn", "ordinal"], name="generation_ordinal_once")
        ]

    def __str__(self) -> str:
        return f"generation {self.ordinal} of {self.turn_id}"
