"""The chat template, as any jinja would render it and as the trainer uses it."""

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from jinja2.sandbox import ImmutableSandboxedEnvironment
from tokenizers import Tokenizer

from engine.chat.template import ChatTemplate
from engine.chat.tokenizer import ChatTokenizer
from engine.protocol import Role
from engine.training.corpus import sample_conversation
from engine.training.corpus.tools import SEARCH_TOOLS
from engine.training.recipe import NetworkShape, TrainingRecipe
from engine.training.template import GLM_NANO_TEMPLATE
from engine.training.text_files import open_encoder, write_text_files

TOOLS = [{"type": "function", "function": {"name": "artifact_create"}}]
CALL = {"function": {"name": "artifact_create", "arguments": {"id": "badge", "type": "svg"}}}
MESSAGES: list[Mapping[str, object]] = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "hi"},
    {"role": "assistant", "content": "Hello!", "reasoning_content": "old"},
    {"role": "user", "content": "A badge"},
    {"role": "assistant", "content": "", "reasoning_content": "new", "tool_calls": [CALL]},
    {"role": "tool", "content": "Created badge version 1."},
]
START = "[gMASK]<sop><|system|>\nartifact_create<|user|>\nhi"
CALLED = (
    "\n<tool_call>artifact_create\n<arg_key>id</arg_key>\n<arg_value>badge</arg_value>\n"
    "<arg_key>type</arg_key>\n<arg_value>svg</arg_value>\n</tool_call><|observation|>\n"
    "<tool_response>\nCreated badge version 1.\n</tool_response><|assistant|>"
)


@pytest.fixture(scope="module")
def text_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("text")
    write_text_files(folder, NetworkShape(), TrainingRecipe(tokenizer_conversations=400))
    return folder


@pytest.mark.parametrize("trim_blocks", [True, False])
def test_thinking_is_kept_in_the_current_turn_alone(trim_blocks: bool) -> None:
    assert _render(MESSAGES, trim_blocks=trim_blocks) == (
        START + "<|assistant|>\n<think></think>\nHello!<|user|>\nA badge"
        "<|assistant|>\n<think>new</think>" + CALLED
    )


def test_switching_thinking_off_marks_every_user_message_and_closes_the_thinking() -> None:
    rendered = _render(MESSAGES[:4], enable_thinking=False)
    assert rendered == (
        START + "/nothink<|assistant|>\n<think></think>\nHello!<|user|>\nA badge/nothink"
        "<|assistant|>\n<think></think>"
    )


def test_a_user_who_wrote_nothink_is_not_told_twice() -> None:
    messages = [{"role": "user", "content": "hi /nothink"}]
    assert _render(messages, enable_thinking=False).count("/nothink") == 1


def test_results_that_follow_each_other_share_one_observation() -> None:
    results = [{"role": "tool", "content": "one"}, {"role": "tool", "content": "two"}]
    rendered = _render([*MESSAGES[:5], *results])
    assert rendered.count("<|observation|>") == 1
    assert rendered.count("<tool_response>") == 2


def test_a_prompt_with_its_answer_is_where_the_next_prompt_begins(text_folder: Path) -> None:
    encoder = open_encoder(text_folder)
    tokenizer = ChatTokenizer.from_folder(text_folder)
    template = ChatTemplate.from_folder(text_folder)
    rng = random.Random(11)
    for _ in range(150):
        conversation = sample_conversation(rng)
        sample = encoder.encode(conversation)
        first = sample.trained.index(True)
        last_user = max(
            i for i, message in enumerate(conversation.messages) if message.role is Role.USER
        )
        prompt = template.render_ids(
            conversation.messages[: last_user + 1],
            conversation.tools,
            thinking=conversation.thinking,
            tokenizer=tokenizer,
        )
        assert list(sample.ids[: len(prompt)]) == prompt
        # A slip that is only read may stand before what is trained.
        begins_with_slip = last_user + 1 in conversation.given
        assert first > len(prompt) if begins_with_slip else first == len(prompt)


def test_a_trained_answer_is_what_the_conversation_says(text_folder: Path) -> None:
    encoder = open_encoder(text_folder)
    tokenizer = Tokenizer.from_file(str(text_folder / "tokenizer.json"))
    rng = random.Random(12)
    for _ in range(60):
        conversation = sample_conversation(rng)
        sample = encoder.encode(conversation)
        trained = [i for i, mark in zip(sample.ids, sample.trained, strict=True) if mark]
        text = tokenizer.decode(trained, skip_special_tokens=False)
        last = conversation.messages[-1].content
        assert text.endswith(f"\n{last}<|user|>")
        assert (f"<think>{conversation.messages[-1].thinking}</think>" in text) or (
            not conversation.thinking or len(conversation.messages) > 2
        )


def test_only_tools_that_the_model_was_trained_on_are_named() -> None:
    unknown = {"type": "function", "function": {"name": "artifact_rewrite"}}
    others: list[Mapping[str, object]] = [{"name": "read_url"}, *TOOLS, unknown]
    assert _render(MESSAGES, tools=others) == _render(MESSAGES)
    assert _render(MESSAGES[:2], tools=others[:1]).startswith("[gMASK]<sop><|user|>")
    assert _render(MESSAGES[:2], tools=None).startswith("[gMASK]<sop><|user|>")


def test_tools_that_the_model_was_trained_on_are_named_as_they_come() -> None:
    names = [tool.name for tool in SEARCH_TOOLS]
    offered: list[Mapping[str, object]] = [{"name": name} for name in names]
    start = f"[gMASK]<sop><|system|>\n{', '.join(names)}<|user|>"
    assert _render(MESSAGES[:2], tools=offered).startswith(start)


def _render(
    messages: Sequence[Mapping[str, object]],
    *,
    tools: Sequence[Mapping[str, object]] | None = TOOLS,
    enable_thinking: bool = True,
    trim_blocks: bool = True,
) -> str:
    environment = ImmutableSandboxedEnvironment(trim_blocks=trim_blocks, lstrip_blocks=trim_blocks)
    return environment.from_string(GLM_NANO_TEMPLATE).render(
        messages=messages,
        tools=tools,
        enable_thinking=enable_thinking,
        add_generation_prompt=True,
    )
