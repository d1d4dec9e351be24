"""What the model is trained on and what the product says: the same tools, calls and answers."""

import random
import re
from itertools import count

import pytest

from engine.protocol import ToolCall
from engine.training.corpus.decks.making import THEMES
from engine.training.corpus.languages import Language
from engine.training.corpus.second_edition import Chat, sample_chat
from engine.training.corpus.tools import ARTIFACT_TOOLS as TRAINED
from engine.training.corpus.turns import Step
from engine.training.corpus.values import Values
from tests.factories import make_conversation, make_exchange, make_guest
from webapp.agents.base import ToolScope
from webapp.agents.tools.all_tools import ARTIFACT_TOOLS
from webapp.artifacts.decks.themes import NAMED_THEMES
from webapp.conversations.models import Message

TOOLS = {tool.spec.name: tool for tool in ARTIFACT_TOOLS}
PAGE_ID = re.compile(r"\b[0-9a-f]{8}\b")
FAMILIES = ("deck", "deck_from_notes", "deck_change", "edit", "poster", "poster_change", "repair")


def test_the_trained_tools_are_the_products_in_name_order_and_arguments() -> None:
    names = [tool.name for tool in TRAINED]
    assert [name for name in TOOLS if name in names] == names
    for tool in TRAINED:
        schema = TOOLS[tool.name].spec.parameters
        offered = [key for key in schema["properties"] if key in tool.parameters["properties"]]
        assert list(tool.parameters["properties"]) == offered
        assert set(schema["required"]) <= set(tool.parameters["required"])


def test_the_trained_themes_are_there() -> None:
    assert set(THEMES) <= {theme.name for theme in NAMED_THEMES}


@pytest.mark.django_db
@pytest.mark.parametrize("family", FAMILIES)
def test_the_product_answers_as_the_corpus_says(family: str) -> None:
    for number, language in enumerate(Language):
        values = Values(random.Random(f"{family}:{number}"), language)
        chat = sample_chat(values, family)
        for said, answered in _answer_all(chat):
            assert PAGE_ID.sub("…", answered) == PAGE_ID.sub("…", said.result)


def _answer_all(chat: Chat) -> list[tuple[Step, str]]:
    """Every call of the chat with the product's answer, turn by turn in one conversation."""
    conversation = make_conversation(make_guest())
    calls = count(1)
    answers = []
    message: Message | None = None
    for turn in (*chat.past, chat.current):
        message = make_exchange(conversation, turn.prompt, [], parent=message)
        for step in turn.steps:
            scope = ToolScope(
                conversation_id=message.conversation_id,
                message_id=message.pk,
                call=f"{next(calls)}.0",
            )
            made = ToolCall(id="c", name=step.tool, arguments=dict(step.arguments))
            answers.append((step, TOOLS[step.tool].run(made, scope).result.split("\nCheck: ")[0]))
    return [(step, said) for step, said in answers if "\nCheck: " not in step.result]
