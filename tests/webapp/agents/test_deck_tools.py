"""Tools of decks: page by page, each change one version, and everything hostile refused."""

from collections.abc import Callable
from typing import Any

import pytest

from engine.protocol import ToolCall
from tests.factories import make_conversation, make_exchange, make_guest
from webapp.agents.base import ToolOutcome, ToolScope
from webapp.agents.tools.all_tools import ARTIFACT_TOOLS
from webapp.artifacts.attributes import VersionAttributes
from webapp.artifacts.models import ArtifactVersion, Blob, DeckPage
from webapp.conversations.models import Message
from webapp.core.events import ArtifactAction

pytestmark = pytest.mark.django_db
TOOLS = {tool.spec.name: tool for tool in ARTIFACT_TOOLS}
Call = Callable[..., ToolOutcome]


@pytest.fixture
def place() -> Message:
    return make_exchange(make_conversation(make_guest()), "Make slides", [])


@pytest.fixture
def call(place: Message) -> Call:
    """Calls a tool; each call has a name of its own unless `again` says which."""
    count = iter(range(1, 10_000))

    def call(tool: str, /, again: str | None = None, **arguments: Any) -> ToolOutcome:
        key = again or f"{next(count)}.0"
        scope = ToolScope(conversation_id=place.conversation_id, message_id=place.pk, call=key)
        named = {name.rstrip("_"): value for name, value in arguments.items()}
        return TOOLS[tool].run(ToolCall(id="c", name=tool, arguments=named), scope)

    return call


@pytest.fixture
def deck(call: Call) -> Call:
    """A deck of five pages."""
    call("deck_create", id="Volcanoes", title="Volcanoes", theme="green", outline="A\n\nB\nC")
    for number in range(1, 6):
        call(
            "insert_page",
            deck="volcanoes",
            position=str(number),
            title=f"Page {number}",
            notes=f"Say {number}.",
            sources="https://a.example\n- https://b.example",
            content=f"<h1>Title {number}</h1>\n<p>Text {number}</p>\n",
        )
    return call


def newest() -> ArtifactVersion:
    return ArtifactVersion.objects.order_by("-number")[0]


def texts(version: ArtifactVersion | None = None) -> list[str]:
    pages = DeckPage.objects.filter(version=version or newest()).select_related("blob")
    return [page.blob.text for page in pages.order_by("position")]


def ids(version: ArtifactVersion | None = None) -> list[str]:
    pages = DeckPage.objects.filter(version=version or newest())
    return list(pages.order_by("position").values_list("page_id", flat=True))


def test_a_deck_is_begun_with_theme_and_outline(call: Call) -> None:
    outcome = call("deck_create", id="volcanoes", title="V", theme="green", outline="A\n\nB")
    assert outcome.result.startswith("Created volcanoes version 1. A deck without pages,")
    assert outcome.made is not None
    assert (outcome.made.kind, outcome.made.action) == ("deck", ArtifactAction.DECK)
    assert outcome.made.summary == "2 pages planned"
    attributes = VersionAttributes.model_validate(newest().attributes)
    assert attributes.outline == ("A", "B")
    assert attributes.theme is not None
    assert attributes.theme.name == "Forest"


def test_pages_come_one_by_one_with_notes_and_sources(deck: Call) -> None:
    assert newest().number == 6
    assert texts() == [f"<h1>Title {n}</h1>\n<p>Text {n}</p>\n" for n in range(1, 6)]
    page = DeckPage.objects.get(version=newest(), position=2)
    assert (page.title, page.notes) == ("Page 2", "Say 2.")
    assert page.sources == ["https://a.example", "https://b.example"]
    assert len(set(ids())) == 5
    outcome = deck("insert_page", content="<p>New</p>", position="3.")
    assert outcome.result.startswith("Inserted volcanoes version 7. Page 3 of 6 has the id ")
    assert outcome.made is not None
    assert outcome.made.page is not None
    assert outcome.made.page.id == ids()[2]
    assert outcome.made.summary == "page 3 of 6"


def test_an_edit_of_one_page_leaves_all_others_byte_for_byte(deck: Call) -> None:
    before, before_ids = texts(), ids()
    edits = "<<<<<<< SEARCH\n<h1>Title 3</h1>\n=======\n<h1>Magma</h1>\n>>>>>>> REPLACE"
    outcome = deck("update_page", deck="volcanoes", position="third", mode="refine", edits=edits)
    assert outcome.result.startswith("Updated volcanoes version 7. Page 3 of 5 (")
    assert "changed 1 line" in outcome.result
    assert texts() == [*before[:2], "<h1>Magma</h1>\n<p>Text 3</p>\n", *before[3:]]
    assert ids() == before_ids
    assert Blob.objects.count() == 6


def test_a_page_is_redone_by_its_id_wherever_it_stands(deck: Call) -> None:
    page_id = ids()[4]
    deck("move_page", deck="volcanoes", from_="5", to="1")
    outcome = deck("update_page", page_id=page_id.upper(), mode="redo", content="<h1>Z</h1>")
    assert outcome.made is not None
    assert outcome.made.page is not None
    assert outcome.made.page.position == 1
    assert texts()[0] == "<h1>Z</h1>"
    assert outcome.made.summary == "page 1: made anew"


def test_title_notes_and_sources_change_alone(deck: Call) -> None:
    outcome = deck("update_page", position="2", title="Lava", notes="Slowly.", sources=["x"])
    page = DeckPage.objects.get(version=newest(), position=2)
    assert (page.title, page.notes, page.sources) == ("Lava", "Slowly.", ["x"])
    assert outcome.made is not None
    assert outcome.made.summary == "page 2: changed title, notes, sources"


def test_edits_are_understood_where_content_was_meant(deck: Call) -> None:
    edits = "<<<<<<< SEARCH\n<p>Text 1</p>\n=======\n<p>One</p>\n>>>>>>> REPLACE"
    deck("update_page", position="1", mode="refine", content=edits)
    assert texts()[0] == "<h1>Title 1</h1>\n<p>One</p>\n"


def test_pages_are_removed_and_moved(deck: Call) -> None:
    order = ids()
    removed = deck("remove_pages", deck="volcanoes", positions="2 and 4")
    assert ids() == [order[0], order[2], order[4]]
    assert "Removed 2 pages. Pages now: 1 Page 1 · 2 Page 3 · 3 Page 5." in removed.result
    deck("move_page", deck="volcanoes", from_="1", to="last")
    assert ids() == [order[2], order[4], order[0]]
    emptied = deck("remove_pages", positions="all")
    assert emptied.result.endswith("The deck has no pages now.")
    assert texts() == []


def test_the_arguments_of_another_makers_tool_are_understood(deck: Call) -> None:
    deck("insert_page", position=[6], html="<p>Six</p>")
    assert texts()[5] == "<p>Six</p>"
    deck("remove_pages", position=[1, 2])
    assert len(ids()) == 4


def test_another_theme_changes_no_page(deck: Call) -> None:
    before = list(DeckPage.objects.filter(version=newest()).values_list("page_id", "blob_id"))
    outcome = deck("set_theme", deck="volcanoes", theme='{"colors": {"accent": "#8a1c00"}}')
    assert outcome.result == "Restyled volcanoes version 7. Theme Custom."
    after = list(DeckPage.objects.filter(version=newest()).values_list("page_id", "blob_id"))
    assert after == before
    theme = VersionAttributes.model_validate(newest().attributes).theme
    assert theme is not None
    assert theme.colors.accent == "#8a1c00"
    assert theme.colors.text == "#16261a"


def test_a_deck_is_read_as_its_pages_and_a_page_as_its_lines(deck: Call) -> None:
    told = deck("artifact_read", id="volcanoes").result
    assert told.startswith('volcanoes version 6, "Volcanoes": 5 pages, theme Forest.\n1. ')
    assert told.endswith("Planned:\nA\nB\nC")
    page = deck("artifact_read", id="volcanoes", page="2", lines="2")
    assert page.result.endswith('"Page 2": 2 lines.\n2| <p>Text 2</p>\nNotes: Say 2.')
    assert (page.made, page.failure) == (None, None)


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("insert_page", {"position": "-1", "content": "x"}, "can stand at 1 to 6, not -1"),
        ("insert_page", {"position": "9", "content": "x"}, "can stand at 1 to 6, not 9"),
        ("insert_page", {"position": "some", "content": "x"}, "is not a place"),
        ("insert_page", {"position": "1", "content": " "}, "empty"),
        ("insert_page", {"position": "1"}, "content"),
        ("insert_page", {"position": "1", "content": "x" * 2_097_153}, "larger than 2 MB"),
        ("insert_page", {"position": "1", "content": "x", "notes": "n" * 20_001}, "notes"),
        ("insert_page", {"position": "1", "content": "x", "sources": ["s"] * 60}, "50 sources"),
        ("insert_page", {"deck": "game", "content": "x"}, "game is not a deck but html"),
        ("insert_page", {"deck": "../../etc", "content": "x"}, 'no artifact "etc"'),
        ("update_page", {"position": "6", "content": "x"}, "the deck has pages 1 to 5"),
        ("update_page", {"position": "2.5", "content": "x"}, "is not a page"),
        ("update_page", {"position": "1"}, "Give edits, or content"),
        ("update_page", {"position": "1", "title": "Page 1"}, "Nothing about the page is new"),
        ("update_page", {"page_id": "ffffffff", "content": "x"}, "no page with the id"),
        ("update_page", {"position": "1", "mode": "improve", "content": "x"}, "mode"),
        ("update_page", {"position": "1", "edits": "none"}, "There is no block"),
        ("update_page", {"position": "1", "content": "<!-- rest unchanged -->"}, "stands where"),
        ("remove_pages", {"positions": "1, 9"}, "the deck has pages 1 to 5"),
        ("remove_pages", {"positions": "[]"}, "No page is named"),
        ("remove_pages", {}, "positions"),
        ("move_page", {"from": "1", "to": "0"}, "the deck has pages 1 to 5"),
        ("move_page", {"from": "2", "to": "second"}, "stands at 2 already"),
        ("move_page", {"to": "1"}, "from"),
        ("set_theme", {"theme": "unheard-of"}, "is not a theme"),
        ("set_theme", {"deck": "game", "theme": "Ocean"}, "not a deck"),
        ("deck_create", {"id": "game", "title": "G"}, "game is html already"),
        ("deck_create", {"id": "///", "title": "G"}, "an id in kebab-case"),
        ("artifact_edit", {"id": "volcanoes", "edits": "x"}, "is a deck"),
        ("artifact_rewrite", {"id": "volcanoes", "content": "x"}, "is a deck"),
        ("artifact_create", {"id": "volcanoes", "type": "html", "content": "x"}, "A deck is"),
        ("artifact_read", {"id": "volcanoes", "page": "7"}, "pages 1 to 5"),
        ("artifact_read", {"id": "game", "page": "1"}, "not a deck"),
    ],
)
def test_what_makes_no_sense_changes_nothing_and_says_what_does(
    deck: Call, tool: str, arguments: dict[str, Any], told: str
) -> None:
    deck("artifact_create", id="game", type="html", title="G", content="<p>game</p>")
    before = ArtifactVersion.objects.count()
    outcome = deck(tool, **{"deck": "volcanoes", **arguments})
    assert outcome.result.startswith("Error: ")
    assert told in outcome.result
    assert outcome.failure
    assert ArtifactVersion.objects.count() == before


def test_without_a_deck_there_is_nothing_to_put_a_page_into(call: Call) -> None:
    assert "call deck_create first" in call("insert_page", content="<p>x</p>").result


def test_a_call_that_is_run_again_makes_no_second_version(deck: Call) -> None:
    again = {"position": "2", "title": "Twice", "content": "<p>Twice</p>"}
    first = deck("insert_page", again="9.0", **again)
    second = deck("insert_page", again="9.0", **again)
    assert first == second
    assert len(ids()) == 6
    for _ in range(2):
        outcome = deck("remove_pages", again="10.0", positions="2")
    assert outcome.made is not None
    assert outcome.made.number == 8
    assert len(ids()) == 5
    for _ in range(2):
        outcome = deck("move_page", again="11.0", from_="1", to="2")
    assert outcome.made is not None
    assert outcome.made.number == 9


def test_a_deck_of_another_chat_is_not_there(deck: Call) -> None:
    bobs = make_exchange(make_conversation(make_guest("Bob")), "Hi", [])
    scope = ToolScope(conversation_id=bobs.conversation_id, message_id=bobs.pk, call="1.0")
    arguments = {"deck": "volcanoes", "positions": "all"}
    tool_call = ToolCall(id="c", name="remove_pages", arguments=arguments)
    assert "Nothing has been made here yet" in TOOLS["remove_pages"].run(tool_call, scope).result


def test_a_hundred_pages_are_a_deck_and_two_hundred_are_enough(call: Call) -> None:
    call("deck_create", id="long", title="Long")
    call("insert_page", content="<p>first</p>")
    fill(2, 99)
    assert "Page 100 of 100" in call("insert_page", content="<p>last</p>").result
    assert texts()[99] == "<p>last</p>"
    assert "50 Page" in call("move_page", from_="100", to="50").result
    fill(101, 200)
    assert "at most 200 pages" in call("insert_page", content="<p>x</p>").result


def fill(first: int, last: int) -> None:
    """Puts pages into the newest version, as many calls would."""
    blob = Blob.objects.all()[0]
    DeckPage.objects.bulk_create(
        DeckPage(
            version=newest(),
            position=number,
            page_id=f"f{number:07}",
            title=f"Page {number}",
            blob=blob,
        )
        for number in range(first, last + 1)
    )
