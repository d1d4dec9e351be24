"""From a conversation to token ids with a mark on those that are trained.

The ids come from the checkpoint's own template and tokenizer, as the engine uses them, so that
training and serving cannot differ.
"""

from dataclasses import dataclass

from engine.chat.template import ChatTemplate
from engine.chat.tokenizer import ChatTokenizer
from engine.protocol import ChatMessage, Role
from engine.training.corpus import Conversation


@dataclass(frozen=True, slots=True)
class Sample:
    """One document. `trained[i]` says whether predicting `ids[i]` is part of the loss."""

    ids: tuple[int, ...]
    trained: tuple[bool, ...]


class SampleEncoder:
    """Encodes conversations with one template and one tokenizer."""

    def __init__(self, template: ChatTemplate, tokenizer: ChatTokenizer) -> None:
        self._template, self._tokenizer = template, tokenizer
        self._assistant = self._required_id("<|assistant|>")
        self._user, self._observation = map(self._required_id, ("<|user|>", "<|observation|>"))

    def encode(self, conversation: Conversation) -> Sample:
        """Train the assistant messages after the last user message, each with its stop token,
        except those that are given.

        Raises ValueError if the template renders an answer differently once more follows it: the
        model would then be trained on what it can never be asked.
        """
        messages = conversation.messages
        last_user = max(i for i, message in enumerate(messages) if message.role is Role.USER)
        ids = self._complete(conversation, len(messages))
        trained = [False] * len(ids)
        for index in range(last_user + 1, len(messages)):
            if messages[index].role is not Role.ASSISTANT or index in conversation.given:
                continue
            prompt = self._render(conversation, index)
            answered = self._complete(conversation, index + 1)
            if answered[: len(prompt)] != prompt or ids[: len(answered)] != answered:
                raise ValueError("the template renders an answer unlike its continuation")
            trained[len(prompt) : len(answered)] = [True] * (len(answered) - len(prompt))
        return Sample(tuple(ids), tuple(trained))

    def _render(self, conversation: Conversation, count: int) -> list[int]:
        return self._template.render_ids(
            conversation.messages[:count],
            conversation.tools,
            thinking=conversation.thinking,
            tokenizer=self._tokenizer,
        )

    def _complete(self, conversation: Conversation, count: int) -> list[int]:
        """The first `count` messages, the last answer closed by its stop token."""
        rendered = self._render(conversation, count)
        opening = len(rendered) - 1 - rendered[::-1].index(self._assistant)
        return [*rendered[:opening], self._stop_after(conversation.messages[count - 1])]

    def _stop_after(self, message: ChatMessage) -> int:
        return self._observation if message.tool_calls else self._user

    def _required_id(self, name: str) -> int:
        token_id = self._tokenizer.special_id(name)
        if token_id is None:
            raise ValueError(f"the tokenizer has no {name}")
        return token_id
