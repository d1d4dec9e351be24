from hypothesis import given, settings
from hypothesis import strategies as st

from engine.chat.detokenizer import IncrementalDetokenizer
from engine.chat.tokenizer import ChatTokenizer


def test_an_emoji_comes_whole_with_its_last_byte(tokenizer: ChatTokenizer) -> None:
    ids = tokenizer.encode_text("🐝")
    assert len(ids) > 1
    detokenizer = IncrementalDetokenizer(tokenizer)
    assert [detokenizer.push(token_id) for token_id in ids] == [""] * (len(ids) - 1) + ["🐝"]


@given(text=st.text(alphabet="aé漢字🐝👩‍🚀 \n", max_size=30))
@settings(max_examples=100, deadline=None, database=None)
def test_pieces_join_to_the_text_without_replacement_characters(
    tokenizer: ChatTokenizer, text: str
) -> None:
    detokenizer = IncrementalDetokenizer(tokenizer)
    pieces = [detokenizer.push(token_id) for token_id in tokenizer.encode_text(text)]
    assert "".join(pieces) == text
    assert not any("\ufffd" in piece for piece in pieces)


def test_bytes_that_are_no_character_become_a_replacement(tokenizer: ChatTokenizer) -> None:
    detokenizer = IncrementalDetokenizer(tokenizer)
    half = tokenizer.encode_text("🐝")[0]
    letter = tokenizer.encode_text("a")[0]
    assert detokenizer.push(half) == ""
    assert detokenizer.push(letter) == "\ufffda"


def test_reset_forgets_half_a_character(tokenizer: ChatTokenizer) -> None:
    detokenizer = IncrementalDetokenizer(tokenizer)
    detokenizer.push(tokenizer.encode_text("🐝")[0])
    detokenizer.reset()
    assert detokenizer.push(tokenizer.encode_text("a")[0]) == "a"
