"""What is asked in a benchmark: random tokens, or chat that the model really answers."""

import random
from pathlib import Path

from engine.bench.contestant import Prompts
from engine.chat.template import ChatTemplate
from engine.chat.tokenizer import ChatTokenizer
from engine.protocol import ChatMessage, Role

# In the manner of what glm-nano was trained on; larger models answer them too.
CHAT_PROMPTS = (
    "Make a Flappy Bird game",
    "Make a Snake game with a green snake",
    "Draw a badge that says Hello in blue",
    "Make a Flappy Bird game with a red bird",
    "Hello",
    "What can you make?",
    "Make a Snake game",
    "Draw a red badge with the word Welcome",
)


def make_prompts(folder: Path, *, batch: int, prompt_tokens: int, seed: int = 0) -> Prompts:
    """Random prompts of ordinary tokens, the same for the same arguments."""
    tokenizer = ChatTokenizer.from_folder(folder)
    ordinary = [i for i in range(tokenizer.vocab_size) if not tokenizer.is_added(i)]
    chance = random.Random(seed)
    return tuple(tuple(chance.choices(ordinary, k=prompt_tokens)) for _ in range(batch))


def chat_messages(index: int) -> tuple[ChatMessage, ...]:
    """A conversation that asks the chat prompt of this number; they repeat."""
    text = CHAT_PROMPTS[index % len(CHAT_PROMPTS)]
    return (ChatMessage(role=Role.USER, content=text),)


def render_chat_prompt(folder: Path, index: int) -> tuple[int, ...]:
    """The ids of a chat prompt in the checkpoint's own layout."""
    tokenizer = ChatTokenizer.from_folder(folder)
    template = ChatTemplate.from_folder(folder)
    ids = template.render_ids(chat_messages(index), (), thinking=True, tokenizer=tokenizer)
    return tuple(ids)
