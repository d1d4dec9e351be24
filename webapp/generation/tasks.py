"""The Celery task of a turn. It carries an id only; the row says the rest."""

from uuid import UUID

from celery import shared_task

from engine.protocol.names import RUN_TURN_TASK
from webapp.catalog.recent_models import RecentModels
from webapp.generation.drain import DRAINING
from webapp.generation.runner import run_turn
from webapp.generation.turnstile import Turnstile
from webapp.rendering.client import check_version

# What the turns of this process share.
_MODELS = RecentModels()
_TURNSTILE = Turnstile()


@shared_task(name=RUN_TURN_TASK, ignore_result=True)  # type: ignore[untyped-decorator]
def run(turn_id: str) -> None:
    """Looks at the turn and does it if nobody else does; what it makes is checked."""
    run_turn(
        UUID(turn_id),
        draining=DRAINING,
        checker=check_version,
        find_model=_MODELS.find_model,
        turnstile=_TURNSTILE,
    )
