"""How often each family is drawn, and in what company: the one place of the mixture weights.

Weights count conversations, and a deck is fifteen times as long as a drill. Languages are drawn by
`languages.draw_language`.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from engine.protocol import Role, ToolSpec
from engine.training.corpus import search
from engine.training.corpus.catalog import FAMILIES
from engine.training.corpus.conversation import Conversation
from engine.training.corpus.decks import changing as deck_changing
from engine.training.corpus.decks import making as decks
from engine.training.corpus.drills import choosing, drafting, planning, quoting
from engine.training.corpus.edits import editing
from engine.training.corpus.languages import draw_language
from engine.training.corpus.posters import changing as poster_changing
from engine.training.corpus.posters import making as posters
from engine.training.corpus.repair import mending
from engine.training.corpus.reserved import is_reserved, normalize
from engine.training.corpus.talking import beyond, topics
from engine.training.corpus.tools import ARTIFACT_TOOLS, SEARCH_TOOLS
from engine.training.corpus.turns import Turn, converse, turn_of
from engine.training.corpus.values import Values

THINKING_SHARE = 0.6
BRIEF_SHARE = 0.3  # of posters that are asked for with little said
SEARCH_SHARE = 0.3  # of conversations in which the web can be searched
EARLIER_SHARE = 0.3  # of those that begin with something else
MOST_EARLIER = 4
THING_WEIGHT = 7.0  # of each family of the catalog, but for those that are hard to learn
HARD_WEIGHTS = {
    **{"badge": 24.0, "icon": 60.0, "bar_chart": 44.0, "landscape": 44.0, "landing_page": 34.0},
    **{"portfolio": 30.0, "todo_list": 30.0, "quiz": 16.0, "flappy_bird": 10.0, "pong": 9.0},
    **{"space_shooter": 10.0, "merge_2048": 9.0, "breakout": 9.0},
    **{"tic_tac_toe": 9.0, "memory": 9.0},
}
# Short, so nothing stands before them.
DRILLS = (quoting.FAMILY, planning.FAMILY, choosing.FAMILY, drafting.FAMILY)
# Things whose end is the same whatever was asked. A deck says at its end how many pages it has.
UNIFORM_ENDS = frozenset(FAMILIES) - {"landing_page", "portfolio", "todo_list", "quiz"}
POSTER_CHANGE = "poster_change"
FOLLOW_UP = "follow_up"


@dataclass(frozen=True, slots=True)
class Chat:
    """Turns that belong together; the last is trained. `tools` is None where any will do."""

    current: Turn
    past: tuple[Turn, ...] = ()
    tools: tuple[ToolSpec, ...] | None = field(default=None)


def sample_conversation(rng: random.Random) -> Conversation:
    """One training conversation; a function of the state of `rng` alone."""
    family = rng.choices(tuple(WEIGHTS), tuple(WEIGHTS.values()))[0]
    return sample_of_family(rng, family)


def sample_of_family(rng: random.Random, family: str) -> Conversation:
    """One conversation of `family`, without prompts that the evaluation asks."""
    while True:
        values = Values(rng, draw_language(rng))
        chat = sample_chat(values, family)
        past = chat.past
        if family not in DRILLS and rng.random() < EARLIER_SHARE:
            past = (*sample_earlier(rng), *past)
        tools = chat.tools or (SEARCH_TOOLS if rng.random() < SEARCH_SHARE else ARTIFACT_TOOLS)
        thinking = rng.random() < THINKING_SHARE
        made = converse(past, chat.current, thinking=thinking, family=family, tools=tools)
        prompts = [message.content for message in made.messages if message.role is Role.USER]
        if not any(normalize(prompt) and is_reserved(prompt) for prompt in prompts):
            return made


def sample_chat(values: Values, family: str) -> Chat:
    """The turns of one conversation of `family`, nothing else before them."""
    if family in FAMILIES:
        exchange, _ = editing.sample_made(values, FAMILIES[family])
        return Chat(turn_of(exchange))
    return _SAMPLERS[family](values)


def sample_earlier(rng: random.Random) -> tuple[Turn, ...]:
    """Some turns about something else, in any language: whatever stands there, made or changed, a
    new request is a new request."""
    turns: list[Turn] = []
    for _ in range(rng.choice((1, 1, 2, 3))):
        turns += rng.choice(_EARLIER)(Values(rng, draw_language(rng)))
    return tuple(turns[-MOST_EARLIER:])


def _alone(sample: Callable[[Values], Turn]) -> Callable[[Values], Chat]:
    return lambda values: Chat(sample(values))


def _change_thing(values: Values) -> Chat:
    """A thing, perhaps a change of it, then a change or an undo."""
    family = values.rng.choice(tuple(FAMILIES.values()))
    exchange, made = editing.sample_made(values, family)
    past = [turn_of(exchange)]
    if values.rng.random() < 0.35:
        turn, changed = editing.sample_edit(values, made)
        past.append(turn)
        if values.rng.random() < 0.5:
            undo = deck_changing.undo_turn(
                values, made.id, version=changed.version + 1, restored=made.version
            )
            return Chat(undo, tuple(past))
        made = changed
    return Chat(editing.sample_edit(values, made)[0], tuple(past))


def _change_poster(values: Values) -> Chat:
    turn, poster = posters.sample_turn(values)
    change, changed = poster_changing.sample_change(values, poster)
    if values.rng.random() < 0.25:
        name = f"{changed.kind.value}-poster"
        undo = deck_changing.undo_turn(values, name, version=3, restored=1)
        return Chat(undo, (turn, change))
    return Chat(change, (turn,))


def _change_deck(values: Values) -> Chat:
    """A deck, perhaps a change of it, then a change or an undo."""
    turn, deck = deck_changing.sample_past_deck(values)
    past = [turn]
    if values.rng.random() < 0.35 or len(deck.pages) < 2:
        change = deck_changing.add_one(values, deck)
        if len(deck.pages) > 2:
            change = deck_changing.sample_change(values, deck)
        past.append(change.turn)
        if values.rng.random() < 0.5:
            undo = deck_changing.undo_turn(
                values, deck.id, version=change.deck.version + 1, restored=deck.version
            )
            return Chat(undo, tuple(past))
        deck = change.deck
    return Chat(deck_changing.sample_change(values, deck).turn, tuple(past))


def _mend(values: Values) -> Chat:
    """Two of three errors are reported by the person, the others by the check."""
    while True:
        family = values.rng.choice(tuple(FAMILIES.values()))
        exchange, _ = editing.sample_made(values, family)
        if values.rng.random() < 0.35:
            mended = mending.check_turn(values, exchange)
            if mended is not None:
                return Chat(mended)
        elif exchange.artifact is not None:
            report = mending.report_turn(values, exchange.artifact)
            if report is not None:
                slip, turn = report
                wrong = replace(exchange.artifact, content=slip.content)
                return Chat(turn, (turn_of(replace(exchange, artifact=wrong)),))


def _search(values: Values) -> Chat:
    turn = search.sample_turn(values)
    if values.rng.random() < 0.25:
        told = beyond.sample_search_without_tool(values, turn.prompt)
        return Chat(told, tools=ARTIFACT_TOOLS)
    return Chat(turn, tools=SEARCH_TOOLS)


def _follow_up(values: Values) -> Chat:
    """Something was made; the person says thanks or goodbye, asks on, or wants it "nicer"."""
    family = values.rng.choice(tuple(FAMILIES.values()))
    past = turn_of(editing.sample_made(values, family)[0])
    if values.rng.random() < 0.3:
        past = posters.sample_turn(values)[0]
    kinds = (topics.THANKS, topics.NICER, topics.GOODBYE, topics.ABILITY, topics.IDENTITY)
    return Chat(topics.answer_topic(values, values.rng.choice(kinds)), (past,))


def _turns_of(chat: Chat) -> tuple[Turn, ...]:
    return (*chat.past, chat.current)


def _past_deck(values: Values) -> tuple[Turn, ...]:
    return (deck_changing.sample_past_deck(values)[0],)


def _any_thing(values: Values) -> Turn:
    family = values.rng.choice(tuple(FAMILIES.values()))
    return turn_of(editing.sample_made(values, family)[0])


def _any_poster(values: Values) -> Turn:
    return posters.sample_turn(values)[0]


def _make_poster(values: Values) -> Turn:
    if not values.held_out and values.rng.random() < BRIEF_SHARE:
        return posters.sample_brief_turn(values)
    return _any_poster(values)


_EARLIER: tuple[Callable[[Values], tuple[Turn, ...]], ...] = (
    lambda values: (topics.sample_turn(values),),
    lambda values: (beyond.sample_turn(values),),
    lambda values: (_any_thing(values),),
    lambda values: (_any_poster(values),),
    _past_deck,
    lambda values: _turns_of(_change_thing(values)),
    lambda values: _turns_of(_change_poster(values)),
    lambda values: _turns_of(_change_deck(values)),
)
_SAMPLERS: dict[str, Callable[[Values], Chat]] = {
    quoting.FAMILY: _alone(quoting.sample_turn),
    planning.FAMILY: _alone(planning.sample_turn),
    choosing.FAMILY: _alone(choosing.sample_turn),
    drafting.FAMILY: _alone(drafting.sample_turn),
    topics.FAMILY: _alone(topics.sample_turn),
    beyond.FAMILY: _alone(beyond.sample_turn),
    FOLLOW_UP: _follow_up,
    search.FAMILY: _search,
    posters.FAMILY: _alone(_make_poster),
    POSTER_CHANGE: _change_poster,
    decks.FAMILY: _alone(lambda values: decks.sample_turn(values)[0]),
    decks.NOTES_FAMILY: _alone(lambda values: decks.sample_notes_turn(values)[0]),
    deck_changing.FAMILY: _change_deck,
    editing.FAMILY: _change_thing,
    mending.FAMILY: _mend,
}
WEIGHTS: Mapping[str, float] = {
    quoting.FAMILY: 110.0,
    planning.FAMILY: 220.0,
    choosing.FAMILY: 240.0,
    drafting.FAMILY: 80.0,
    topics.FAMILY: 70.0,
    beyond.FAMILY: 110.0,
    FOLLOW_UP: 40.0,
    search.FAMILY: 22.0,
    posters.FAMILY: 40.0,
    POSTER_CHANGE: 26.0,
    decks.FAMILY: 62.0,
    decks.NOTES_FAMILY: 46.0,
    deck_changing.FAMILY: 38.0,
    editing.FAMILY: 76.0,
    mending.FAMILY: 26.0,
    **dict.fromkeys(FAMILIES, THING_WEIGHT),
    **HARD_WEIGHTS,
}
