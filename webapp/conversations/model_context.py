"""What the model sees of a conversation: the path to a message, in the engine's own words.

Earlier thinking is left out, what was made is a call with a stub for its text, and when the talk
is longer than the model can read, the oldest whole turns are dropped.
"""

from collections.abc import Iterable, Mapping, Sequence

from engine.protocol import ChatMessage, Role, ToolCall
from webapp.conversations.call_stubs import CallStubs
from webapp.conversations.models import Message, MessageRole
from webapp.core.events import PARTS, ArtifactPart, TextPart

# Low on purpose: Chinese in GLM's vocabulary and English in a small one both have about so many,
# and a prompt that is estimated too short is refused, in this chat for ever.
CHARACTERS_PER_TOKEN = 1.5
# Kept free for the answer, or half of what a small model can read.
ANSWER_TOKENS = 16_384


def build_messages(
    path: Sequence[Message],
    identifiers: Mapping[str, str],
    context_length: int | None,
    *,
    note: str = "",
) -> tuple[ChatMessage, ...]:
    """The prompt for an answer to the last message of `path` (root first).

    `identifiers` maps artifact ids to the names that the model gave them. `context_length` in
    tokens bounds prompt and answer by an estimate; the newest turn is always kept whole. `note` is
    told before the message that is to be answered: there, because what stands before it stays
    the same from turn to turn and so in the engine's prefix cache.
    """
    turns: list[list[ChatMessage]] = []
    stubs = CallStubs(identifiers)
    for message in path:
        if message.role == MessageRole.USER:
            turns.append([ChatMessage(role=Role.USER, content=_text(message))])
        elif turns:
            turns[-1].extend(_assistant_messages(message, stubs))
    kept = _newest_turns(turns, context_length)
    if note and kept and len(kept[-1]) == 1:
        kept[-1].insert(0, ChatMessage(role=Role.SYSTEM, content=note))
    return tuple(message for turn in kept for message in turn)


def prompt_characters(context_length: int) -> float:
    """How long a prompt may be for a model that reads `context_length` tokens and answers."""
    answer_tokens = min(ANSWER_TOKENS, context_length // 2)
    return (context_length - answer_tokens) * CHARACTERS_PER_TOKEN


def message_size(message: ChatMessage) -> int:
    """How many characters of a prompt the message takes, names and marks aside."""
    calls = (len(str(value)) for call in message.tool_calls for value in call.arguments.values())
    return len(message.content) + sum(calls)


def _text(message: Message) -> str:
    parts = PARTS.validate_python(message.parts)
    return "".join(part.text for part in parts if isinstance(part, TextPart))


def _assistant_messages(message: Message, stubs: CallStubs) -> list[ChatMessage]:
    """An answer as the rounds it was made in: text and calls, the calls' results, more text."""
    messages: list[ChatMessage] = []
    text = ""
    calls: list[tuple[ToolCall, ChatMessage]] = []
    for index, part in enumerate(PARTS.validate_python(message.parts)):
        if isinstance(part, TextPart):
            if calls:
                messages.extend(_round(text, calls))
                text, calls = "", []
            text += part.text
        elif isinstance(part, ArtifactPart):
            calls.extend(stubs.stand_for(index, part))
    return messages + _round(text, calls)


def _round(text: str, calls: Iterable[tuple[ToolCall, ChatMessage]]) -> list[ChatMessage]:
    made = list(calls)
    if not text.strip() and not made:
        return []
    spoken = ChatMessage(
        role=Role.ASSISTANT, content=text.strip(), tool_calls=tuple(call for call, _ in made)
    )
    return [spoken, *(result for _, result in made)]


def _newest_turns(
    turns: list[list[ChatMessage]], context_length: int | None
) -> list[list[ChatMessage]]:
    if context_length is None:
        return turns
    budget = prompt_characters(context_length)
    first = len(turns)
    while first > 0:
        budget -= sum(message_size(message) for message in turns[first - 1])
        if budget < 0 and first < len(turns):
            break
        first -= 1
    return turns[first:]
