"""Has the engine read the beginning of the next turn's prompt while the person reads the answer.

The next prompt holds the answer as the model will see it: without its thinking, and with stubs for
what was made. The engine has computed the answer behind the thinking, so none of that can be used
again. Read once more in a quiet moment, it lies in the prefix cache when the next message comes.
"""

from uuid import uuid4

import structlog
from django.db import DatabaseError
from redis.exceptions import RedisError

from engine.protocol import GenerationRequest, Priority
from engine.protocol.names import engine_queue
from webapp.agents.base import Agent
from webapp.agents.loop import opening_messages, tool_specs
from webapp.artifacts.selectors import list_identifiers
from webapp.conversations.model_context import build_messages
from webapp.conversations.selectors import list_path
from webapp.generation.engine_client import EngineLink
from webapp.generation.fairness import fairness_key
from webapp.generation.models import Turn

log = structlog.get_logger(__name__)


def read_ahead(turn: Turn, agent: Agent, link: EngineLink) -> None:
    """Asks for it, after a turn that ended well, if the engine has nothing in line.

    Nobody waits for it: whatever goes wrong is logged and changes nothing.
    """
    try:
        request = _next_prompt(turn, agent, link)
        if request is not None:
            link.ring(request)
    except (RedisError, DatabaseError) as error:
        log.warning("not_read_ahead", error=type(error).__name__)
    except Exception:
        log.exception("not_read_ahead")


def _next_prompt(turn: Turn, agent: Agent, link: EngineLink) -> GenerationRequest | None:
    model = link.find_model(turn.model)
    if model is None or not model.ready or link.count_waiting(engine_queue(turn.model)):
        return None
    history = build_messages(
        list_path(conversation_id=turn.conversation_id, leaf_id=turn.assistant_message_id),
        list_identifiers(conversation_id=turn.conversation_id),
        model.context_length,
    )
    return GenerationRequest(
        request_id=f"ahead-{uuid4()}",
        model=turn.model,
        messages=opening_messages(agent, history),
        tools=tool_specs(agent),
        sampling=agent.sampling,
        thinking=turn.thinking,
        priority=Priority.BACKGROUND,
        prefill_only=True,
        fairness_key=fairness_key(turn.owner_id),
    )
