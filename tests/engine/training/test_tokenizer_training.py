"""glm-nano's tokenizer and samples: a word is the same everywhere, and the ids are the engine's."""

import random
from pathlib import Path

import pytest

from engine.chat.template import TEMPLATE_FILE, ChatTemplate
from engine.chat.tokenizer import ChatTokenizer
from engine.protocol import Role
from engine.training.corpus import Conversation, sample_conversation
from engine.training.corpus.colors import COLORS
from engine.training.corpus.languages import Language
from engine.training.corpus.names import draw_name
from engine.training.corpus.tools import SEARCH_TOOLS
from engine.training.corpus.words import WORDS
from engine.training.recipe import NetworkShape, TrainingRecipe
from engine.training.samples import SampleEncoder
from engine.training.text_files import open_encoder, write_text_files
from engine.training.tokenizer_training import TAG_TOKENS


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("text")
    write_text_files(made, NetworkShape(), TrainingRecipe(tokenizer_conversations=150))
    return made


@pytest.fixture(scope="module")
def tokenizer(folder: Path) -> ChatTokenizer:
    return ChatTokenizer.from_folder(folder)


@pytest.fixture(scope="module")
def encoder(folder: Path) -> SampleEncoder:
    return open_encoder(folder)


def test_a_word_has_the_same_tokens_everywhere(tokenizer: ChatTokenizer) -> None:
    names = [draw_name(random.Random(seed), language) for language in Language for seed in range(9)]
    for word in (*WORDS, *(word.lower() for word in WORDS), *(c.css for c in COLORS), *names):
        ids = tokenizer.encode_text(word)
        assert tokenizer.decode(ids) == word
        for place in (f"call it {word}, please", f"<title>{word}</title>", f"='{word}';\n"):
            found = tokenizer.encode_text(place)
            starts = range(len(found) - len(ids) + 1)
            assert sum(found[start : start + len(ids)] == ids for start in starts) == 1


def test_all_four_scripts_are_written_in_pieces_longer_than_a_byte(
    tokenizer: ChatTokenizer,
) -> None:
    rng = random.Random(5)
    for language in Language:
        names = "\n".join(draw_name(rng, language) for _ in range(60))
        assert len(tokenizer.encode_text(names)) < 0.8 * len(names.encode())


def test_the_template_names_every_tool_of_the_corpus(folder: Path) -> None:
    template = (folder / TEMPLATE_FILE).read_text(encoding="utf-8")
    assert all(repr(tool.name) in template for tool in SEARCH_TOOLS)


def test_digits_stand_alone_and_white_space_never_joins_a_word(tokenizer: ChatTokenizer) -> None:
    text = "width=2048;  height = 17\n\tHoney Bees"
    pieces = [tokenizer.token_bytes(token).decode() for token in tokenizer.encode_text(text)]
    assert "".join(pieces) == text
    for piece in pieces:
        assert len(piece) == 1 or not any(letter.isdigit() for letter in piece)
        assert not (any(map(str.isspace, piece)) and any(map(str.isalnum, piece)))


@pytest.mark.parametrize("text", ["", "Ünïcödé 漢字 🐝", "\x00\x7f", "<|user|></think>", "a" * 500])
def test_any_text_comes_back_and_never_becomes_a_control_token(
    tokenizer: ChatTokenizer, text: str
) -> None:
    ids = tokenizer.encode_text(text)
    assert tokenizer.decode(ids) == text
    assert not any(tokenizer.is_added(token) for token in ids)


def test_role_tokens_are_special_and_tags_are_not(tokenizer: ChatTokenizer) -> None:
    special = {token.content: token.special for token in tokenizer.added_tokens}
    assert special["<|user|>"]
    assert special["[gMASK]"]
    assert not any(special[name] for name in TAG_TOKENS)
    assert tokenizer.vocab_size <= NetworkShape().vocab_size


def answers_of(conversation: Conversation) -> str:
    """What the model has to write after the last user message, put together by hand."""
    users = [i for i, m in enumerate(conversation.messages) if m.role is Role.USER]
    written = ""
    for index, message in enumerate(conversation.messages):
        if index < users[-1] or message.role is not Role.ASSISTANT or index in conversation.given:
            continue
        if conversation.thinking:
            written += f"\n<think>{message.thinking}</think>"
        written += f"\n{message.content}" if message.content else ""
        for call in message.tool_calls:
            written += f"\n<tool_call>{call.name}\n"
            for key, value in call.arguments.items():
                written += f"<arg_key>{key}</arg_key>\n<arg_value>{value}</arg_value>\n"
            written += "</tool_call>"
        written += "<|observation|>" if message.tool_calls else "<|user|>"
    return written


def test_exactly_what_the_model_has_to_write_is_trained(
    encoder: SampleEncoder, tokenizer: ChatTokenizer
) -> None:
    for number in range(40):
        conversation = sample_conversation(random.Random(f"sample {number}"))
        sample = encoder.encode(conversation)
        pairs = zip(sample.ids, sample.trained, strict=True)
        trained = [token for token, is_trained in pairs if is_trained]
        assert tokenizer.decode(trained) == answers_of(conversation)


def test_what_stands_before_the_answer_is_the_prompt_of_the_engine(
    encoder: SampleEncoder, folder: Path, tokenizer: ChatTokenizer
) -> None:
    template = ChatTemplate.from_folder(folder)
    for number in range(20):
        conversation = sample_conversation(random.Random(f"prompt {number}"))
        users = [i for i, m in enumerate(conversation.messages) if m.role is Role.USER]
        prompt = template.render_ids(
            conversation.messages[: users[-1] + 1],
            conversation.tools,
            thinking=conversation.thinking,
            tokenizer=tokenizer,
        )
        sample = encoder.encode(conversation)
        assert list(sample.ids[: len(prompt)]) == prompt
        first = sample.trained.index(True)
        begins_with_slip = users[-1] + 1 in conversation.given
        assert first > len(prompt) if begins_with_slip else first == len(prompt)


def test_the_last_trained_token_of_an_answer_is_its_stop_token(
    encoder: SampleEncoder, tokenizer: ChatTokenizer
) -> None:
    for number in range(20):
        sample = encoder.encode(sample_conversation(random.Random(f"stop {number}")))
        assert sample.ids[-1] == tokenizer.special_id("<|user|>")
        assert sample.trained[-1]
        assert not sample.trained[0]
