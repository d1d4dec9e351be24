"""Changing one thing of an artifact: read its line, replace it, leave all others as they are."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.training.corpus import family as families
from engine.training.corpus.colors import COLORS
from engine.training.corpus.conversation import Exchange
from engine.training.corpus.edits import wording
from engine.training.corpus.edits.blocks import Edit, make_edit
from engine.training.corpus.family import Family, Request
from engine.training.corpus.languages import ask
from engine.training.corpus.saying import answer, say, say_one_of
from engine.training.corpus.slots import ChoiceSlot, ColorSlot, Lot, NumberSlot, Slot
from engine.training.corpus.steps import edit_step, read_step, refused_edit_step
from engine.training.corpus.turns import Step, Turn
from engine.training.corpus.values import Values

FAMILY = "edit"
TITLE = "TITLE"
SLIP_SHARE = 0.08
MOST_LINES_READ = 14  # a wider span is read as a whole document


@dataclass(frozen=True, slots=True)
class Made:
    """A thing of a family as it stands: its values and its newest version."""

    family: Family
    values: Mapping[str, str]
    version: int = 1

    @property
    def id(self) -> str:
        """The artifact's id."""
        return self.family.name.replace("_", "-")

    def render(self, values: Values) -> str:
        """The source text."""
        return families.render(self.family, values.language, self.values)


@dataclass(frozen=True, slots=True)
class Wish:
    """A change: the prompt, the key, its new value, and how the answer names both."""

    prompt: str
    key: str
    label: str
    value: str
    told: str


def sample_made(values: Values, family: Family) -> tuple[Exchange, Made]:
    """A request for something of the family, answered."""
    request: Request = families.draw_request(family, _lot(values))
    return families.answer_request(request), Made(family, request.values)


def sample_edit(values: Values, made: Made) -> tuple[Turn, Made]:
    """A turn that changes one slot or the title, and the thing after it."""
    while True:
        wish = _draw_wish(values, made)
        if wish is not None:
            changed = Made(made.family, {**made.values, wish.key: wish.value}, made.version + 1)
            if changed.render(values) != made.render(values):
                return _edit(values, made, changed, wish), changed


def _edit(values: Values, made: Made, changed: Made, wish: Wish) -> Turn:
    edit = make_edit(old := made.render(values), changed.render(values))
    first, last = (edit.first, edit.last) if edit.last - edit.first < MOST_LINES_READ else (0, 0)
    read = read_step(made.id, old, version=made.version, first=first, last=last)
    step = edit_step(
        made.id, edit.blocks, version=changed.version, changed_lines=edit.changed_lines
    )
    trace = f"The user wants a change.\nId: {made.id}\n{wish.label}: {wish.value}"
    reply = answer(values.language, wording.DONE, w=wish.told)
    slips = _slips(values, made, edit, old)
    return Turn(wish.prompt, trace, reply, ((read,), *slips, (step,)))


def _slips(values: Values, made: Made, edit: Edit, old: str) -> tuple[tuple[Step, ...], ...]:
    """At times a first edit whose old line is not quite the document's, and its refusal."""
    if edit.blocks.count("SEARCH") > 1 or values.rng.random() > SLIP_SHARE:
        return ()
    line = old.split("\n")[edit.first - 1]
    at = values.rng.randrange(len(line) // 2, len(line))
    wrong = edit.blocks.replace(line, line[:at] + line[at + 1 :], 1)
    return ((refused_edit_step(made.id, wrong, old, edit.first),),)


def _draw_wish(values: Values, made: Made) -> Wish | None:
    """A wish, or None if the draw asks for what is so already or cannot be said in a sentence."""
    if values.rng.random() < 0.25:
        return _title_wish(values)
    slots = made.family.slots
    slot = values.rng.choice(slots) if slots else None
    if isinstance(slot, ColorSlot):
        return _color_wish(values, slot)
    if isinstance(slot, ChoiceSlot) and slot.key == "SPEED":
        return _speed_wish(values, slot)
    if isinstance(slot, ChoiceSlot | NumberSlot):
        return _clause_wish(values, slot)
    return None


def _title_wish(values: Values) -> Wish:
    name = values.name()
    prompt = say_one_of(values.rng, values.language, wording.TITLE, n=name)
    told = f"{wording.TITLE_LABEL[values.language]} {name}"
    return Wish(prompt, TITLE, "Title", name, told)


def _color_wish(values: Values, slot: ColorSlot) -> Wish:
    color = values.rng.choice(COLORS)
    word, part = color.word(values.language), slot.part[values.language]
    if slot.main and values.rng.random() < 0.4:
        template = values.rng.choice(wording.WHOLE[values.language])
    else:
        template = values.rng.choice(wording.PART[values.language]).replace("{p}", part)
    template = template.replace("{cg}", color.russian_genitive).replace("{c}", word)
    prompt = say(values.rng, values.language, template)
    return Wish(prompt, slot.key, slot.label, color.css, word)


def _speed_wish(values: Values, slot: ChoiceSlot) -> Wish:
    speed = values.rng.choice(("fast", "slow"))
    texts = wording.FASTER if speed == "fast" else wording.SLOWER
    prompt = say_one_of(values.rng, values.language, texts)
    told = wording.SPEED_WORDS[speed][values.language]
    return Wish(prompt, slot.key, slot.label, speed, told)


def _clause_wish(values: Values, slot: Slot) -> Wish | None:
    wish = slot.draw(_lot(values))
    if not wish.clause or wish.clause.startswith("<"):
        return None
    prompt = ask(
        values.rng,
        values.language,
        opener="{a}",
        subject=values.rng.choice(wording.CHANGE[values.language]),
        clauses=(wish.clause,),
        slots=wish.given,
    )
    return Wish(prompt, slot.key, slot.label, wish.value, wish.value)


def _lot(values: Values) -> Lot:
    return Lot(values.rng, values.language, values.held_out)
