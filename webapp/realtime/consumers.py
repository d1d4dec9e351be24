"""The socket of one tab: who is it, what does it ask, and everything that is sent to it.

Thin: commands are parsed in `commands`, turns are started and stopped by `webapp.generation`, and
events come from the stream hub. Each frame goes through one queue and one sending task, in order.
"""

import asyncio
import contextlib
import time
from typing import Any

import structlog
from channels.consumer import get_handler_name
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import DatabaseError
from redis.exceptions import RedisError

from engine.protocol import ErrorCode
from webapp.accounts.guests import user_from_cookies
from webapp.accounts.models import User
from webapp.core.errors import AppError
from webapp.core.notices import user_group
from webapp.core.storage import explain_failure
from webapp.generation import services, thinking
from webapp.generation.models import Turn, TurnState
from webapp.realtime.background_tasks import end_tasks
from webapp.realtime.commands import (
    Acknowledge,
    AnyCommand,
    Ping,
    RefusedFrame,
    SkipThinking,
    StartTurn,
    StopTurn,
    Subscribe,
    Unsubscribe,
    parse_command,
)
from webapp.realtime.origin_check import cookies_of, is_own_origin
from webapp.realtime.rate_limit import RateLimit
from webapp.realtime.replies import accepted_frame, error_frame, notice_frame, pong_frame
from webapp.realtime.stream_hub import StreamHub
from webapp.realtime.subscriptions import Subscriptions

CLOSE_SIGN_IN = 4401
CLOSE_FORBIDDEN_ORIGIN = 4403
CLOSE_SLOW_CLIENT = 4408
CLOSE_RATE_LIMITED = 4429
TENDING_SECONDS = 5.0
GROUP_SECONDS = 5.0
log = structlog.get_logger(__name__)


class TurnConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """One socket. `hub` is shared by all sockets of the process."""

    def __init__(self, *args: Any, hub: StreamHub, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._hub = hub
        self._user: User | None = None
        self._subscriptions: Subscriptions | None = None
        self._outgoing: asyncio.Queue[str | int] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []
        self._commands = RateLimit(per_second=50, burst=100)
        self._acknowledgements = RateLimit(per_second=500, burst=1000)
        self._refusals = RateLimit(per_second=2, burst=200)
        self._group: str | None = None

    async def connect(self) -> None:
        """Accept the page's own sockets; others get one error frame and are closed."""
        await self.accept()
        if not is_own_origin(self.scope):
            await self._refuse(ErrorCode.FORBIDDEN_ORIGIN, CLOSE_FORBIDDEN_ORIGIN)
            return
        try:
            user = await database_sync_to_async(user_from_cookies)(cookies_of(self.scope))
        except DatabaseError:
            log.exception("socket_user_unknown")
            await self._refuse(ErrorCode.SERVICE_UNAVAILABLE, 1013)
            return
        if user is None:
            await self._refuse(ErrorCode.SIGN_IN_REQUIRED, CLOSE_SIGN_IN)
            return
        self._user = user
        self._subscriptions = Subscriptions(
            self._hub,
            user,
            self._outgoing.put_nowait,
            lambda: self._outgoing.put_nowait(CLOSE_SLOW_CLIENT),
        )
        self._tasks = [asyncio.create_task(self._send_all()), asyncio.create_task(self._tend())]

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Channels' own first closes old connections in the one thread of the database, for every
        frame and notice, and so waits for all that is done there. Ours are looked after where they
        are used, by `database_sync_to_async`."""
        handler = getattr(self, get_handler_name(message), None)
        if handler is None:
            raise ValueError(f"no handler for {message['type']}")
        await handler(message)

    async def disconnect(self, code: int) -> None:  # noqa: ARG002 (Channels' signature)
        """Read nothing more. The turns go on."""
        if self._subscriptions is not None:
            self._subscriptions.unsubscribe_all()
        await end_tasks(self._tasks)
        if self._group is not None:
            with contextlib.suppress(RedisError, OSError, TimeoutError):
                async with asyncio.timeout(GROUP_SECONDS):
                    await self.channel_layer.group_discard(self._group, self.channel_name)

    async def receive(
        self,
        text_data: str | None = None,
        bytes_data: bytes | None = None,  # noqa: ARG002 (no command is binary)
    ) -> None:
        """One frame; whatever it holds, the answer is a frame and the socket stays open."""
        if self._user is None or self._subscriptions is None:
            return
        command: AnyCommand | None = None
        try:
            if text_data is None:
                raise RefusedFrame(ErrorCode.MALFORMED_FRAME)
            command = parse_command(text_data)
            self._check_rate(command)
            await self._run(command, self._user, self._subscriptions)
        except RefusedFrame as error:
            self._send_error(error, error.request, error.turn)
        except AppError as error:
            self._send_error(error, *_named(command))
        except (RedisError, DatabaseError, OSError) as error:
            log.exception("command_unserved", **_ids(command))
            self._send_error(explain_failure(error), *_named(command))
        except Exception:
            log.exception("command_failed", **_ids(command))
            self._send_error(AppError(ErrorCode.INTERNAL_ERROR), *_named(command))

    async def conversation_changed(self, message: dict[str, str]) -> None:
        """A notice from the channel layer."""
        self._outgoing.put_nowait(notice_frame(message["conversation"]))

    async def _run(self, command: AnyCommand, user: User, reads: Subscriptions) -> None:
        match command:
            case StartTurn():
                await self._start_turn(command, user, reads)
            case StopTurn():
                reads.expect_no_more(command.turn)
                await database_sync_to_async(services.stop_turn)(owner=user, turn_id=command.turn)
            case SkipThinking():
                skip = database_sync_to_async(thinking.skip_thinking)
                await skip(owner=user, turn_id=command.turn)
            case Subscribe():
                await reads.subscribe(command)
            case Unsubscribe():
                reads.unsubscribe(command.turn)
            case Acknowledge():
                reads.acknowledge(command)
            case Ping():
                self._outgoing.put_nowait(pong_frame())

    async def _start_turn(self, command: StartTurn, user: User, reads: Subscriptions) -> None:
        turn = await database_sync_to_async(_start)(command, user)
        if turn.state == TurnState.QUEUED:
            reads.expect(turn.pk)
        self._outgoing.put_nowait(
            accepted_frame(
                request=command.request,
                turn=turn.pk,
                conversation=turn.conversation_id,
                user_message=turn.user_message_id,
                assistant_message=turn.assistant_message_id,
            )
        )

    def _check_rate(self, command: AnyCommand) -> None:
        limit = self._acknowledgements if isinstance(command, Acknowledge) else self._commands
        if not limit.allow(time.monotonic()):
            raise AppError(ErrorCode.RATE_LIMITED)

    def _send_error(self, error: AppError, request: str | None, turn: str | None) -> None:
        self._outgoing.put_nowait(error_frame(error, request=request, turn=turn))
        if not self._refusals.allow(time.monotonic()):
            self._outgoing.put_nowait(CLOSE_RATE_LIMITED)
            self._user = None

    async def _refuse(self, code: ErrorCode, close_code: int) -> None:
        await self.send(text_data=error_frame(AppError(code)))
        await self.close(code=close_code)

    async def _send_all(self) -> None:
        while True:
            frame = await self._outgoing.get()
            if isinstance(frame, int):
                await self.close(code=frame)
                return
            await self.send(text_data=frame)

    async def _tend(self) -> None:
        """Join the notices, and look after silent subscriptions, also after Redis was away."""
        while True:
            try:
                async with asyncio.timeout(GROUP_SECONDS):
                    await self._join_group()
                if self._subscriptions is not None:
                    await self._subscriptions.look_after_silent()
            except (AppError, RedisError, DatabaseError, OSError) as error:
                log.warning("socket_tending_failed", error=type(error).__name__)
            except Exception:
                log.exception("socket_tending_failed")
            await asyncio.sleep(TENDING_SECONDS)

    async def _join_group(self) -> None:
        if self._group is None and self._user is not None:
            group = user_group(self._user.pk)
            await self.channel_layer.group_add(group, self.channel_name)
            self._group = group


def _start(command: StartTurn, user: User) -> Turn:
    if command.user_message is not None:
        return services.regenerate_turn(
            owner=user,
            request_key=command.request,
            user_message=command.user_message,
            model=command.model,
            thinking=command.thinking,
        )
    return services.start_turn(
        owner=user,
        request_key=command.request,
        text=command.text or "",
        conversation=command.conversation,
        parent=command.parent,
        model=command.model,
        thinking=command.thinking,
    )


def _named(command: AnyCommand | None) -> tuple[str | None, str | None]:
    """The ids by which the page can tell which command was refused."""
    request = getattr(command, "request", None)
    turn = getattr(command, "turn", None)
    return (str(request) if request else None, str(turn) if turn else None)


def _ids(command: AnyCommand | None) -> dict[str, str | None]:
    return {"command": getattr(command, "type", None), "turn": _named(command)[1]}
