"""Runs one turn: claims it, writes it, ends it; or leaves it to another worker without a word."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from uuid import UUID

import structlog
from django.conf import settings
from django.db import DatabaseError
from redis.exceptions import RedisError
from structlog.contextvars import bound_contextvars

from engine.protocol import ErrorCode
from webapp.agents.chat.agent import load_chat_agent
from webapp.agents.repairs import VersionChecker
from webapp.catalog.selectors import ServedModel, find_model
from webapp.core.errors import AppError
from webapp.core.redis import redis_client
from webapp.core.streams import Fenced
from webapp.core.tracing import annotate, span
from webapp.generation.doorbell import count_waiting, ring_engine
from webapp.generation.endings import Ending
from webapp.generation.engine_client import EngineLink
from webapp.generation.finishing import stop_engine
from webapp.generation.leases import (
    Claim,
    LeaseKeeper,
    LeaseLost,
    TurnReleased,
    claim_next,
    release_turn,
)
from webapp.generation.models import GenerationState, TurnState
from webapp.generation.reading_ahead import read_ahead
from webapp.generation.timing import Timing
from webapp.generation.turn_run import TurnRun
from webapp.generation.turnstile import Passage, Turnstile
from webapp.generation.watch import TurnWatch
from webapp.shelf.prompt import library_prompt

FindModel = Callable[[str], ServedModel | None]
# What the engine client binds on the way is unbound with the turn.
NO_REQUEST = {"request": None, "engine_attempt": None}
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a turn is run: what it has from its worker."""

    draining: Event
    timing: Timing
    checker: VersionChecker | None
    find_model: FindModel
    turnstile: Turnstile


def run_turn(
    turn_id: UUID,
    *,
    draining: Event,
    timing: Timing | None = None,
    checker: VersionChecker | None = None,
    find_model: FindModel = find_model,
    turnstile: Turnstile | None = None,
) -> None:
    """Does the turn that a ring for `turn_id` means, which is the next in line unless that one's
    worker died; harmless when called twice or for nothing.

    `checker` looks at what is made; without one nothing is checked. `turnstile` is shared by the
    turns of a process.
    Whatever goes wrong in the turn becomes its one terminal event. When Redis or the database are
    away the lease runs out, and the reconciler has the turn taken up again.
    """
    place = _Place(draining, timing or Timing(), checker, find_model, turnstile or Turnstile())
    with place.turnstile.beginning() as passage:
        claim = None if draining.is_set() else claim_next(turn_id, place.timing)
        if claim is None:
            return
        turn = claim.turn
        with bound_contextvars(turn=str(turn.pk), attempt=turn.attempt, **NO_REQUEST):
            log.info("turn_begun")
            with span("turn", turn=str(turn.pk), attempt=turn.attempt, model=turn.model):
                _run_claimed(claim, place, passage)


def _run_claimed(claim: Claim, place: _Place, passage: Passage) -> None:
    turn, timing = claim.turn, place.timing
    try:
        with LeaseKeeper(turn, timing) as lease:
            _write_and_end(claim, lease, place, passage)
    except (LeaseLost, Fenced):
        log.info("turn_left")
    except TurnReleased:
        release_turn(turn, timing)
    except (RedisError, DatabaseError):
        log.exception("turn_interrupted")


def _write_and_end(claim: Claim, lease: LeaseKeeper, place: _Place, passage: Passage) -> None:
    turn = claim.turn
    link = EngineLink(
        redis=redis_client(),
        ring=ring_engine,
        find_model=place.find_model,
        count_waiting=count_waiting,
        clock=time.monotonic,
        timing=place.timing,
        max_losses=settings.GENERATION_MAX_LOSSES,
    )
    watch = TurnWatch(
        redis=link.redis,
        turn_id=turn.pk,
        lease=lease,
        draining=place.draining,
        timing=place.timing,
        clock=link.clock,
    )

    def settle() -> None:
        passage.leave()
        lease.keep()

    def give_way() -> None:
        """While others begin, this answer goes out in fewer and longer pieces."""
        if not place.turnstile.is_quiet:
            time.sleep(place.timing.give_way)

    if turn.attempt > 1:
        # What was begun before may be long, and tools may run.
        settle()
    run = TurnRun(
        claim=claim,
        link=link,
        watch=watch,
        on_wait=settle,
        give_way=give_way,
        checker=place.checker,
    )
    agent = load_chat_agent(library_prompt())
    try:
        ending = run.write(agent)
    except (LeaseLost, Fenced, TurnReleased, RedisError, DatabaseError):
        raise
    except AppError as error:
        ending = Ending.failed(error.code, error.message, run.usage)
    except Exception:
        log.exception("turn_failed")
        ending = Ending.failed(ErrorCode.INTERNAL_ERROR, usage=run.usage)
    passage.leave()
    with place.turnstile.ending():
        is_whole = ending.state is TurnState.FINISHED
        running = turn.generations.filter(state=GenerationState.RUNNING)
        unfinished = [] if is_whole else list(running)
        is_ended = run.recorder.end(ending)
        _log_ending(ending)
        stop_engine(link.redis, unfinished)
    if is_ended and is_whole and not place.draining.is_set() and place.turnstile.is_quiet:
        read_ahead(turn, agent, link)


def _log_ending(ending: Ending) -> None:
    usage = ending.usage
    annotate(state=ending.state.value, code=ending.code.value if ending.code else None)
    log.info(
        "turn_ended",
        state=ending.state.value,
        code=ending.code.value if ending.code else None,
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        ttft_ms=usage.ttft_ms,
    )
