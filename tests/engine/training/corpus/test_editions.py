"""Both editions can begin a run: drills, mixture, a tokenizer of their own texts."""

import dataclasses
import random
from pathlib import Path

import pytest

from engine.chat.template import TEMPLATE_FILE
from engine.training.__main__ import EDITION_FILE, _require_edition
from engine.training.corpus.editions import EDITIONS, FIRST, SECOND, Edition
from engine.training.corpus.tools import SEARCH_TOOLS
from engine.training.recipe import NetworkShape, TrainingRecipe
from engine.training.template import GLM_NANO_TEMPLATE
from engine.training.text_files import open_encoder, write_text_files

every_edition = pytest.mark.parametrize("edition", EDITIONS.values(), ids=EDITIONS.keys())
RECIPE = dataclasses.replace(TrainingRecipe(), tokenizer_conversations=60)


@every_edition
def test_drills_are_short_and_make_nothing(edition: Edition) -> None:
    rng = random.Random(2)
    for family in edition.drills:
        conversation = edition.sample_of_family(rng, family)
        assert conversation.family == family
        assert not any(message.tool_calls for message in conversation.messages[-2:])


def test_a_tokenizer_of_the_second_edition_writes_all_four_scripts(tmp_path: Path) -> None:
    write_text_files(tmp_path, NetworkShape(), RECIPE, SECOND)
    encoder = open_encoder(tmp_path)
    sample = encoder.encode(SECOND.sample_conversation(random.Random(5)))
    assert max(sample.ids) < NetworkShape().vocab_size
    assert any(sample.trained)
    template = (tmp_path / TEMPLATE_FILE).read_text(encoding="utf-8")
    assert all(repr(tool.name) in template for tool in SEARCH_TOOLS)
    assert template != GLM_NANO_TEMPLATE


def test_a_run_goes_on_with_its_own_edition_only(tmp_path: Path) -> None:
    _require_edition(tmp_path, FIRST.name)
    with pytest.raises(SystemExit, match="--edition first"):
        _require_edition(tmp_path, SECOND.name)
    (tmp_path / EDITION_FILE).write_text(SECOND.name, encoding="utf-8")
    _require_edition(tmp_path, SECOND.name)
    with pytest.raises(SystemExit, match="--edition second"):
        _require_edition(tmp_path, FIRST.name)
