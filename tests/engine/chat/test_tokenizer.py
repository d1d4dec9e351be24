import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.chat.tokenizer import REQUIRED_TOKENS, ChatTokenizer
from engine.errors import CheckpointError
from engine.testing.tiny_tokenizer import SPECIAL_TOKENS, TAG_TOKENS, write_tiny_tokenizer

HOSTILE_TEXT = st.lists(
    st.one_of(st.text(max_size=8), st.sampled_from((*SPECIAL_TOKENS, *TAG_TOKENS))), max_size=8
).map("".join)


@given(text=HOSTILE_TEXT)
@settings(max_examples=150, deadline=None, database=None)
def test_any_text_survives_encoding_and_never_becomes_an_added_token(
    tokenizer: ChatTokenizer, text: str
) -> None:
    ids = tokenizer.encode_text(text)
    assert tokenizer.decode(ids) == text
    assert not any(map(tokenizer.is_added, ids))


def test_a_lone_surrogate_in_a_text_becomes_a_question_mark(tokenizer: ChatTokenizer) -> None:
    assert tokenizer.decode(tokenizer.encode_text("a\ud800b")) == "a?b"


def test_split_special_finds_the_longest_added_tokens(tokenizer: ChatTokenizer) -> None:
    pieces = list(tokenizer.split_special("<|user|>\nhi</think><thin"))
    assert pieces == [
        tokenizer.special_id("<|user|>"),
        "\nhi",
        tokenizer.special_id("</think>"),
        "<thin",
    ]


def test_stop_tokens_are_the_eos_list_and_the_next_roles(tokenizer: ChatTokenizer) -> None:
    expected = map(tokenizer.special_id, ("<|user|>", "<|observation|>", "<|endoftext|>"))
    assert tokenizer.stop_token_ids == frozenset(expected)


def test_vocabulary_size_counts_added_tokens_and_token_bytes_ends_there(
    tokenizer: ChatTokenizer, tmp_path: Path
) -> None:
    assert tokenizer.vocab_size == write_tiny_tokenizer(tmp_path)
    assert tokenizer.token_bytes(tokenizer.vocab_size - 1) == b"</tool_response>"
    assert tokenizer.token_bytes(tokenizer.vocab_size) == b""


def test_only_role_tokens_are_special_and_tags_are_not(tokenizer: ChatTokenizer) -> None:
    special = {token.content for token in tokenizer.added_tokens if token.special}
    assert special == set(SPECIAL_TOKENS)


def edit_json(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


@pytest.mark.parametrize("name", ["tokenizer.json", "generation_config.json"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    write_tiny_tokenizer(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(CheckpointError, match=f"{name} is missing"):
        ChatTokenizer.from_folder(tmp_path)


@pytest.mark.parametrize("text", ["{", "[]", '"text"'])
def test_a_damaged_file_is_named(tmp_path: Path, text: str) -> None:
    write_tiny_tokenizer(tmp_path)
    (tmp_path / "tokenizer.json").write_text(text)
    with pytest.raises(CheckpointError, match=r"tokenizer\.json"):
        ChatTokenizer.from_folder(tmp_path)


@pytest.mark.parametrize("missing", REQUIRED_TOKENS)
def test_a_missing_token_is_named(tmp_path: Path, missing: str) -> None:
    write_tiny_tokenizer(tmp_path)
    path = tmp_path / "tokenizer.json"
    tokens = json.loads(path.read_text())["added_tokens"]
    edit_json(path, added_tokens=[token for token in tokens if token["content"] != missing])
    with pytest.raises(CheckpointError) as refusal:
        ChatTokenizer.from_folder(tmp_path)
    assert f"has no token {missing};" in refusal.value.message


@pytest.mark.parametrize("eos", [None, [], "2", [True], 99_999])
def test_an_unusable_eos_token_id_is_refused(tmp_path: Path, eos: object) -> None:
    write_tiny_tokenizer(tmp_path)
    edit_json(tmp_path / "generation_config.json", eos_token_id=eos)
    with pytest.raises(CheckpointError, match="eos_token_id"):
        ChatTokenizer.from_folder(tmp_path)


def test_a_single_eos_token_id_is_enough(tmp_path: Path) -> None:
    write_tiny_tokenizer(tmp_path)
    edit_json(tmp_path / "generation_config.json", eos_token_id=0)
    assert 0 in ChatTokenizer.from_folder(tmp_path).stop_token_ids


def test_another_kind_of_tokenizer_is_refused(tmp_path: Path) -> None:
    write_tiny_tokenizer(tmp_path)
    edit_json(tmp_path / "tokenizer.json", model={"type": "Unigram", "vocab": []})
    with pytest.raises(CheckpointError, match="byte-level BPE"):
        ChatTokenizer.from_folder(tmp_path)


def test_added_tokens_inside_the_bpe_vocabulary_are_not_reachable_by_text(tmp_path: Path) -> None:
    write_tiny_tokenizer(tmp_path)
    path = tmp_path / "tokenizer.json"
    definition = json.loads(path.read_text())
    model = definition["model"]
    model["vocab"].update({token["content"]: token["id"] for token in definition["added_tokens"]})
    edit_json(path, model={**model, "ignore_merges": True})
    tokenizer = ChatTokenizer.from_folder(tmp_path)
    ids = tokenizer.encode_text("<think> /nothink <|user|>")
    assert tokenizer.decode(ids) == "<think> /nothink <|user|>"
    assert not any(map(tokenizer.is_added, ids))
