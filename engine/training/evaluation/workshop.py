"""The artifact tools without the product: they answer in its words and remember what was made.

An answer is judged by what stands in the workshop afterwards. Edits fit exactly or are refused;
the product is more patient, so who passes here passes there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from engine.training.corpus.decks import deck as decks
from engine.training.corpus.decks.deck import Deck, Page
from engine.training.corpus.edits.blocks import apply_edit, make_edit
from engine.training.corpus.search import NOTHING_FOUND
from engine.training.corpus.steps import create_step, edit_step, read_step, undo_step
from engine.training.corpus.turns import Step, Turn

Arguments = Mapping[str, str]


class Refused(Exception):
    """A call that changes nothing; the text is a sentence."""


@dataclass(frozen=True, slots=True)
class Document:
    """A thing of one text."""

    id: str
    kind: str
    title: str
    size: str
    content: str
    version: int


Thing = Document | Deck


@dataclass(frozen=True, slots=True)
class _Kept:
    """A state and the turn that made it."""

    thing: Thing
    turn: int


@dataclass(slots=True)
class Workshop:
    """What has been made so far. `found` are answers of `web_search` by query; `steps` are
    the calls of this turn that were not refused."""

    found: dict[str, str] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    refusals: int = 0
    _history: dict[str, list[_Kept]] = field(default_factory=dict)
    _turn: int = 0
    _pages: int = 0

    def begin_turn(self) -> None:
        """What is changed from here on is undone together."""
        self._turn += 1
        self.steps = []

    def call(self, tool: str, arguments: Arguments) -> str:
        """The tool's answer; one that begins with "Error:" has changed nothing."""
        perform = self._tools().get(tool)
        try:
            if perform is None:
                raise Refused(f"there is no tool {tool!r}.")
            step = replace(perform(arguments), arguments=dict(arguments))
        except (Refused, KeyError, ValueError, IndexError) as problem:
            self.refusals += 1
            return f"Error: {problem} Nothing was changed."
        self.steps.append(step)
        return step.result

    def replay(self, turn: Turn) -> None:
        """All calls of a turn, in order."""
        self.begin_turn()
        for step in turn.steps:
            self.call(step.tool, step.arguments)

    def contents(self) -> dict[str, tuple[object, ...]]:
        """What can be seen of every thing as it stands, by id: no versions, no page ids."""
        return {name: _show(kept[-1].thing) for name, kept in self._history.items()}

    def _tools(self) -> Mapping[str, Callable[[Arguments], Step]]:
        return {
            "artifact_create": self._create,
            "artifact_edit": self._edit,
            "artifact_read": self._read,
            "deck_create": self._begin_deck,
            "insert_page": self._insert_page,
            "update_page": self._update_page,
            "remove_pages": self._remove_pages,
            "move_page": self._move_page,
            "set_theme": self._set_theme,
            "undo": self._undo,
            "web_search": self._search,
        }

    def _create(self, arguments: Arguments) -> Step:
        name, kind, title = arguments["id"], arguments["type"], arguments["title"]
        content, size = arguments["content"], arguments.get("size", "")
        version = self._next_version(name)
        self._keep(Document(name, kind, title, size, content, version))
        return create_step(name, kind, title, content, version=version, size=size)

    def _edit(self, arguments: Arguments) -> Step:
        old = self._document(arguments["id"])
        content = apply_edit(old.content, arguments["edits"])
        version = self._next_version(old.id)
        self._keep(replace(old, content=content, version=version))
        changed = make_edit(old.content, content).changed_lines
        return edit_step(old.id, "", version=version, changed_lines=changed)

    def _read(self, arguments: Arguments) -> Step:
        thing = self._newest(arguments["id"])
        if isinstance(thing, Deck):
            return decks.read_page(thing, _position(thing, arguments["page"]))
        numbers = [int(number) for number in arguments.get("lines", "0").split("-")]
        first, last = numbers[0], numbers[-1]
        return read_step(thing.id, thing.content, version=thing.version, first=first, last=last)

    def _begin_deck(self, arguments: Arguments) -> Step:
        deck = Deck(arguments["id"], arguments["title"], arguments["theme"])
        begun, step = decks.begin_deck(deck, arguments["outline"].split("\n"))
        self._keep(begun)
        return step

    def _insert_page(self, arguments: Arguments) -> Step:
        deck = self._deck(arguments["deck"])
        place = arguments["position"]
        number = len(deck.pages) + 1 if place == "last" else int(place)
        if not 1 <= number <= len(deck.pages) + 1:
            raise Refused(f"there is no place {number}.")
        self._pages += 1
        page = Page(f"{self._pages:08x}", arguments["title"], arguments["content"])
        changed, step = decks.insert_page(deck, number, page)
        self._keep(changed)
        return step

    def _update_page(self, arguments: Arguments) -> Step:
        deck = self._deck(arguments["deck"])
        place = _position(deck, arguments["position"])
        content = apply_edit(deck.pages[place - 1].content, arguments["edits"])
        changed, step = decks.update_page(deck, place, content, arguments.get("title", ""))
        self._keep(changed)
        return step

    def _remove_pages(self, arguments: Arguments) -> Step:
        deck = self._deck(arguments["deck"])
        changed, step = decks.remove_page(deck, _position(deck, arguments["positions"]))
        self._keep(changed)
        return step

    def _move_page(self, arguments: Arguments) -> Step:
        deck = self._deck(arguments["deck"])
        start, to = (_position(deck, arguments[key]) for key in ("from", "to"))
        changed, step = decks.move_page(deck, start, to)
        self._keep(changed)
        return step

    def _set_theme(self, arguments: Arguments) -> Step:
        changed, step = decks.set_theme(self._deck(arguments["deck"]), arguments["theme"])
        self._keep(changed)
        return step

    def _undo(self, arguments: Arguments) -> Step:
        """Back to before the latest turn that changed it."""
        name = arguments["id"]
        newest = self._newest(name)
        changed_in = self._history[name][-1].turn
        earlier = [kept.thing for kept in self._history[name] if kept.turn < changed_in]
        if not earlier:
            raise Refused("there is nothing to undo.")
        self._keep(replace(earlier[-1], version=newest.version + 1))
        restored = earlier[-1].version
        return undo_step(name, version=newest.version + 1, restored=restored)

    def _search(self, arguments: Arguments) -> Step:
        found = self.found.get(arguments["query"], NOTHING_FOUND)
        return Step(tool="web_search", arguments=arguments, result=found)

    def _newest(self, name: str) -> Thing:
        if name not in self._history:
            raise Refused(f"there is no {name!r}.")
        return self._history[name][-1].thing

    def _document(self, name: str) -> Document:
        thing = self._newest(name)
        if isinstance(thing, Deck):
            raise Refused(f"{name} is a deck.")
        return thing

    def _deck(self, name: str) -> Deck:
        thing = self._newest(name)
        if not isinstance(thing, Deck):
            raise Refused(f"{name} is not a deck.")
        return thing

    def _next_version(self, name: str) -> int:
        return self._history[name][-1].thing.version + 1 if name in self._history else 1

    def _keep(self, thing: Thing) -> None:
        self._history.setdefault(thing.id, []).append(_Kept(thing, self._turn))


def _position(deck: Deck, text: str) -> int:
    place = len(deck.pages) if text == "last" else int(text)
    if not 1 <= place <= len(deck.pages):
        raise Refused(f"there is no page {place}.")
    return place


def _show(thing: Thing) -> tuple[object, ...]:
    if isinstance(thing, Deck):
        pages = tuple((page.title, page.content) for page in thing.pages)
        return ("deck", thing.title, thing.theme, pages)
    return (thing.kind, thing.title, thing.size, thing.content)
