"""How much a person may use: held at the door, where a turn begins.

Turns that are being written count as turns at once, and with their tokens when they have ended.
What the prefix cache held was not computed and does not count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from engine.protocol import ErrorCode
from webapp.accounts.models import User
from webapp.accounts.selectors import find_quota
from webapp.core.errors import AppError
from webapp.generation.models import Turn

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Use:
    """Something that counts from `at` on until its span is over."""

    at: datetime
    amount: int


def refuse_beyond_quota(owner: User) -> None:
    """Raises AppError `quota_exceeded`, whose sentence says when it goes on, for a person who has
    used what they may."""
    quota = find_quota(owner)
    if quota is None:
        return
    now = timezone.now()
    if quota.turns_per_hour is not None:
        _hold(_list_turns(owner, now), quota.turns_per_hour, HOUR, now, "answers in an hour")
    if quota.tokens_per_day is not None:
        _hold(_list_tokens(owner, now), quota.tokens_per_day, DAY, now, "tokens in a day")


def find_end(uses: Sequence[Use], limit: int, span: timedelta) -> datetime | None:
    """When less than `limit` will be used, as old uses (the oldest first) leave the span; None if
    that never comes. Pure."""
    used = sum(use.amount for use in uses)
    for use in uses:
        used -= use.amount
        if used < limit:
            return use.at + span
    return None


def say_wait(wait: timedelta) -> str:
    """A duration for a person: minutes, above two hours in hours, rounded up."""
    minutes = max(1, -(-int(wait.total_seconds()) // 60))
    if minutes > 120:
        return f"{-(-minutes // 60)} hours"
    return f"{minutes} minutes" if minutes > 1 else "a minute"


def _hold(uses: Sequence[Use], limit: int, span: timedelta, now: datetime, what: str) -> None:
    if sum(use.amount for use in uses) < limit:
        return
    end = find_end(uses, limit, span)
    rest = f"it goes on in {say_wait(end - now)}." if end else "ask the administrator."
    raise AppError(ErrorCode.QUOTA_EXCEEDED, f"You may use {limit:,} {what}; {rest}")


def _list_turns(owner: User, now: datetime) -> list[Use]:
    rows = Turn.objects.filter(owner=owner, created_at__gt=now - HOUR).order_by("created_at")
    return [Use(at, 1) for at in rows.values_list("created_at", flat=True)]


def _list_tokens(owner: User, now: datetime) -> list[Use]:
    rows = Turn.objects.filter(owner=owner, created_at__gt=now - DAY).order_by("created_at")
    figures = rows.values_list(
        "created_at", "usage__prompt_tokens", "usage__cached_tokens", "usage__completion_tokens"
    )
    return [
        Use(at, max(0, (read or 0) - (cached or 0)) + (written or 0))
        for at, read, cached, written in figures
    ]
