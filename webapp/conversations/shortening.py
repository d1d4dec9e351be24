"""Keeping a turn of many rounds within what the model can read.

Texts that the model wrote or read earlier in the turn are stored and can be read again, so they
are what is left out, the oldest first. The last round stays whole: it is what is being answered.
"""

from dataclasses import replace

from engine.protocol import ChatMessage, Role
from webapp.conversations.model_context import message_size, prompt_characters

# Shorter texts are worth more than the room they take.
LONGEST_KEPT_CHARACTERS = 400
LEFT_OUT = "[left out; read it again if you need it]"


def shorten_turn(
    messages: tuple[ChatMessage, ...], context_length: int | None
) -> tuple[ChatMessage, ...]:
    """The prompt of a further round, if need be without long texts of earlier rounds of the turn.

    `context_length` in tokens, by the same estimate as `build_messages`; None: nothing is left out.
    """
    if context_length is None:
        return messages
    excess = sum(map(message_size, messages)) - prompt_characters(context_length)
    shortened = list(messages)
    for place in range(_turn_start(messages), _last_round(messages)):
        if excess <= 0:
            break
        message = _shorten(shortened[place])
        excess -= message_size(shortened[place]) - message_size(message)
        shortened[place] = message
    return tuple(shortened)


def _turn_start(messages: tuple[ChatMessage, ...]) -> int:
    users = [place for place, message in enumerate(messages) if message.role is Role.USER]
    return users[-1] + 1 if users else len(messages)


def _last_round(messages: tuple[ChatMessage, ...]) -> int:
    spoken = [place for place, message in enumerate(messages) if message.role is Role.ASSISTANT]
    return spoken[-1] if spoken else 0


def _shorten(message: ChatMessage) -> ChatMessage:
    if message.role is Role.TOOL:
        is_long = len(message.content) > LONGEST_KEPT_CHARACTERS
        head = message.content.split("\n", 1)[0][:LONGEST_KEPT_CHARACTERS]
        return replace(message, content=f"{head}\n{LEFT_OUT}") if is_long else message
    calls = tuple(
        replace(
            call,
            arguments={
                key: LEFT_OUT if len(str(value)) > LONGEST_KEPT_CHARACTERS else value
                for key, value in call.arguments.items()
            },
        )
        for call in message.tool_calls
    )
    return replace(message, tool_calls=calls)
