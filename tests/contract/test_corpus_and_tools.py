"""What the model is trained on and what the product says: the same tools, calls and answers."""

import random
import re
from itertools import count

import pytest

from engine.protocol import ToolCall
from engine.training.corpus import Chat, sample_chat
from engine.training.corpus.decks.making import THEMES
from engine.training.corpus.languages import Language
from engine.training.corpus.tools import ARTIFACT_TOOLS as TRAINED
from engine.training.corpus.turns import Step
from engine.training.corpus.values import Values
from tests.factories import make_conversation, make_exchange, make_guest
from webapp.agents.base import MadeVersion, ToolOutcome, ToolScope
from webapp.agents.tools.all_tools import ARTIFACT_TOOLS
from webapp.artifacts.decks.themes import NAMED_THEMES
from webapp.conversations.call_stubs import CallStubs
from webapp.conversations.models import Message
from webapp.core.events import ArtifactPart

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
        answers = _answer_all(chat)
        made = {outcome.made.artifact for _, outcome in answers if outcome.made}
        stubs = CallStubs(dict.fromkeys(made, _name_of(chat)))
        for place, (said, outcome) in enumerate(answers):
            assert _unnamed(outcome.result) == _unnamed(said.result)
            shown = () if outcome.made is None else stubs.stand_for(place, _part(outcome.made))
            later = [(call.arguments, answer.content) for call, answer in shown]
            told = [(said.stub.arguments, said.stub.result)] if said.stub else []
            assert _unnamed(str(later)) == _unnamed(str(told))


def _unnamed(text: str) -> str:
    """The text without the ids of pages, which are the server's."""
    return PAGE_ID.sub("…", text)


def _name_of(chat: Chat) -> str:
    """The one artifact that a chat is about."""
    arguments = (*chat.past, chat.current)[0].steps[0].arguments
    return arguments["id"]


def _part(made: MadeVersion) -> ArtifactPart:
    return ArtifactPart(
        artifact=made.artifact,
        artifact_kind=made.kind,
        title=made.title,
        version=made.number,
        action=made.action,
        page=made.page,
        summary=made.summary,
    )


def _answer_all(chat: Chat) -> list[tuple[Step, ToolOutcome]]:
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
            answers.append((step, TOOLS[step.tool].run(made, scope)))
    return [(step, outcome) for step, outcome in answers if "\nCheck: " not in step.result]
