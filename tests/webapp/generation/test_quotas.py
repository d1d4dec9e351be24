"""Quotas: held where a turn begins, with a sentence that says when it goes on."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from engine.protocol import ErrorCode
from tests.factories import make_guest, make_turn
from webapp.accounts.models import Quota, User
from webapp.conversations.models import Conversation
from webapp.core.errors import AppError
from webapp.generation.models import Turn, TurnState
from webapp.generation.quotas import DAY, HOUR, Use, find_end, say_wait
from webapp.generation.services import regenerate_turn, start_turn

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis")]
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def make_ended(owner: User, ago: timedelta, **usage: int) -> Turn:
    turn = make_turn(owner)
    at = timezone.now() - ago
    Turn.objects.filter(pk=turn.pk).update(state=TurnState.FINISHED, created_at=at, usage=usage)
    return turn


def refusal(owner: User) -> str:
    with pytest.raises(AppError) as refused:
        make_turn(owner)
    assert refused.value.code is ErrorCode.QUOTA_EXCEEDED
    assert refused.value.status == 429
    return refused.value.message


def test_without_a_quota_nothing_is_held() -> None:
    alice = make_guest()
    for _ in range(5):
        make_ended(alice, timedelta(minutes=1), completion_tokens=10**6)
    make_turn(alice)


def test_the_hour_of_turns_is_the_last_sixty_minutes() -> None:
    Quota.objects.create(turns_per_hour=2)
    alice = make_guest()
    make_ended(alice, timedelta(minutes=70))
    make_ended(alice, timedelta(minutes=47, seconds=30))
    make_turn(alice)
    assert refusal(alice) == "You may use 2 answers in an hour; it goes on in 13 minutes."
    assert not Conversation.objects.filter(turns=None).exists()
    make_turn(make_guest("Bob"))


def test_answering_again_counts_and_asking_twice_with_one_key_does_not() -> None:
    Quota.objects.create(turns_per_hour=1)
    alice = make_guest()
    key = uuid4()
    first = start_turn(owner=alice, request_key=key, text="Hello")
    assert start_turn(owner=alice, request_key=key, text="Hello").pk == first.pk
    with pytest.raises(AppError) as refused:
        regenerate_turn(owner=alice, request_key=uuid4(), user_message=first.user_message_id)
    assert refused.value.code is ErrorCode.QUOTA_EXCEEDED


def test_the_day_of_tokens_counts_what_was_computed() -> None:
    Quota.objects.create(tokens_per_day=1000)
    alice = make_guest()
    usage = {"prompt_tokens": 900, "cached_tokens": 800, "completion_tokens": 400}
    make_ended(alice, timedelta(hours=30), **usage)
    make_ended(alice, timedelta(hours=20), **usage)
    make_turn(alice)
    make_ended(alice, timedelta(hours=2), **usage)
    assert refusal(alice) == "You may use 1,000 tokens in a day; it goes on in 4 hours."


def test_a_quota_of_ones_own_goes_before_everybodys() -> None:
    alice, bob = make_guest(), make_guest("Bob")
    Quota.objects.create(turns_per_hour=0)
    Quota.objects.create(user=alice, turns_per_hour=None)
    make_turn(alice)
    assert refusal(bob) == "You may use 0 answers in an hour; ask the administrator."


def test_there_is_one_quota_for_each_and_one_for_everybody() -> None:
    alice = make_guest()
    Quota.objects.create(user=alice)
    Quota.objects.create()
    Quota.objects.create(user=make_guest("Bob"))
    for user in (alice, None):
        with pytest.raises(IntegrityError), transaction.atomic():
            Quota.objects.create(user=user)


@pytest.mark.parametrize(
    ("amounts", "limit", "hours"), [([5, 1, 4], 8, 0), ([5, 1, 4], 5, 1), ([1, 1], 1, 1)]
)
def test_it_goes_on_when_enough_has_left_the_span(
    amounts: list[int], limit: int, hours: int
) -> None:
    uses = [Use(BEGIN + timedelta(hours=at), amount) for at, amount in enumerate(amounts)]
    assert find_end(uses, limit, DAY) == BEGIN + DAY + timedelta(hours=hours)


def test_a_limit_of_nothing_never_ends() -> None:
    assert find_end([Use(BEGIN, 1)], 0, HOUR) is None
    assert find_end([], 0, HOUR) is None


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "a minute"), (61, "2 minutes"), (7200, "120 minutes"), (7201, "3 hours")],
)
def test_a_wait_is_rounded_up(seconds: float, text: str) -> None:
    assert say_wait(timedelta(seconds=seconds)) == text
