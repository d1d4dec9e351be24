"""glm-nano's tokenizer and samples: one token a word, and the ids that the engine would make."""

import random
from pathlib import Path

import pytest

from engine.chat.template import ChatTemplate
from engine.chat.tokenizer import ChatTokenizer
from engine.protocol import Role
from engine.training.corpus import COLORS, WORDS, Conversation, sample_conversation
from engine.training.recipe import NetworkShape, TrainingRecipe
from engine.training.samples import SampleEncoder
from engine.training.text_files import open_encoder, write_text_files
from engine.training.tokenizer_training import TAG_TOKENS, train_tokenizer


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


def test_a_word_of_the_corpus_is_the_same_single_token_everywhere(tokenizer: ChatTokenizer) -> None:
    for word in (*WORDS, *COLORS, *(word.lower() for word in WORDS)):
        token = tokenizer.encode_text(word)
        assert len(token) == 1, word
        for place in (f"call it {word}, please", f"<title>{word}</title>", f"='{word}';\n"):
            assert tokenizer.encode_text(place).count(token[0]) == 1


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


def test_a_vocabulary_too_small_for_the_words_is_an_error() -> None:
    with pytest.raises(ValueError, match="too small"):
        train_tokenizer(["some text"], WORDS, 400)


def answers_of(conversation: Conversation) -> str:
    """What the model has to write after the last user message, put together by hand."""
    users = [i for i, m in enumerate(conversation.messages) if m.role is Role.USER]
    written = ""
    for message in conversation.messages[users[-1] :]:
        if message.role is not Role.ASSISTANT:
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
        assert sample.trained.index(True) == len(prompt)


def test_the_last_trained_token_of_an_answer_is_its_stop_token(
    encoder: SampleEncoder, tokenizer: ChatTokenizer
) -> None:
    for number in range(20):
        sample = encoder.encode(sample_conversation(random.Random(f"stop {number}")))
        assert sample.ids[-1] == tokenizer.special_id("<|user|>")
        assert sample.trained[-1]
        assert not sample.trained[0]
