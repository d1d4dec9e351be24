"""The files of glm-nano that are not weights, and the tools to encode with them."""

import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

from tokenizers import Tokenizer

from engine.chat.template import TEMPLATE_FILE, ChatTemplate
from engine.chat.tokenizer import ChatTokenizer
from engine.training.corpus import Conversation, sample_conversation
from engine.training.recipe import NetworkShape, TrainingRecipe
from engine.training.samples import SampleEncoder
from engine.training.template import GLM_NANO_TEMPLATE
from engine.training.tokenizer_training import SPECIAL_TOKENS, STOP_TOKENS, train_tokenizer

TEMPERATURE = 0.05
TOP_P = 0.9
TEXT_FILES = ("tokenizer.json", "tokenizer_config.json", "generation_config.json", TEMPLATE_FILE)


def write_text_files(folder: Path, shape: NetworkShape, recipe: TrainingRecipe) -> None:
    """Train the tokenizer on texts of the corpus and write it, the template and the generation
    config into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = _sample_texts(recipe.seed, recipe.tokenizer_conversations)
    tokenizer = train_tokenizer(texts, shape.vocab_size)
    tokenizer.save(str(folder / "tokenizer.json"))
    write_json(folder / "tokenizer_config.json", _tokenizer_config(shape))
    write_json(folder / "generation_config.json", _generation_config(tokenizer))
    (folder / TEMPLATE_FILE).write_text(GLM_NANO_TEMPLATE, encoding="utf-8")


def copy_text_files(model: Path, folder: Path) -> None:
    """The files of an exported model into `folder`: the same tokens mean the same."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in TEXT_FILES:
        shutil.copyfile(model / name, folder / name)


def open_encoder(folder: Path) -> SampleEncoder:
    """The encoder that these files make."""
    return SampleEncoder(ChatTemplate.from_folder(folder), ChatTokenizer.from_folder(folder))


def write_json(path: Path, value: dict[str, object]) -> None:
    """Write a JSON object the way the published checkpoints do."""
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _sample_texts(seed: int, count: int) -> Iterator[str]:
    for number in range(count):
        rng = random.Random(f"tokenizer:{seed}:{number}")
        yield from _texts_of(sample_conversation(rng))


def _texts_of(conversation: Conversation) -> Iterator[str]:
    for message in conversation.messages:
        yield message.content
        yield message.thinking
        for call in message.tool_calls:
            yield call.name
            for key, value in call.arguments.items():
                yield key
                yield str(value)


def _tokenizer_config(shape: NetworkShape) -> dict[str, object]:
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": shape.max_position_embeddings,
        "eos_token": "<|endoftext|>",
        "pad_token": "<|endoftext|>",
        "clean_up_tokenization_spaces": False,
        "additional_special_tokens": list(SPECIAL_TOKENS),
    }


def _generation_config(tokenizer: Tokenizer) -> dict[str, object]:
    ids = [tokenizer.token_to_id(name) for name in STOP_TOKENS]
    return {
        "eos_token_id": ids,
        "pad_token_id": ids[0],
        "do_sample": True,
        "temperature": TEMPERATURE,
        "top_p": TOP_P,
    }
