"""A family of things made by `artifact_create`: how people ask for one, and what is made then.

A template holds "@KEY" for every slot, "@TITLE", "@LANG" and the fixed texts of `words`. What the
prompt does not say is always the same, so the answer is a function of the prompt.
"""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.training.corpus import asking, everyday
from engine.training.corpus.conversation import Artifact, Exchange
from engine.training.corpus.languages import ENDINGS, Choices, Language, Texts, ask, draw_language
from engine.training.corpus.slots import ChoiceSlot, Lot, Slot
from engine.training.corpus.word_slots import NounSlot, draw_word
from engine.training.corpus.words import WORDS

LANGUAGE_NAMES: Texts = {language: language.name.title() for language in Language}
_KEY = re.compile(r"@([A-Z]+)")
_WORDS = frozenset(WORDS)
_WORDS_SHARE = 0.2  # of the titles, where a family has such words
_LOWER_SHARE = 0.35
_BARE_SHARE = 0.07
_POLITE_SHARE = 0.3
_ALWAYS = 0.8  # a slot with a greater chance belongs to the thing: the sign, the rows


@dataclass(frozen=True, slots=True)
class Family:
    """One family. `what` stands in the trace, `hint` in the reply behind "Here is …";
    `title_words` are titles that are common words, as greetings on a badge; `more_subjects` are
    further words for it, in the corpus only."""

    name: str
    artifact_type: str
    what: str
    subjects: Choices
    title: Texts
    template: str
    hint: Texts
    slots: tuple[Slot, ...] = ()
    words: Mapping[str, Texts] = field(default_factory=dict)
    openers: Choices = field(default_factory=lambda: asking.PLAY)
    title_clauses: Choices = field(default_factory=lambda: asking.NAMES)
    title_chance: float = 0.65
    title_words: Choices = field(default_factory=dict)
    more_subjects: Choices = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    """A prompt with what it asks for: a value for every key of its family, "TITLE" included."""

    family: Family
    language: Language
    prompt: str
    values: Mapping[str, str]
    asked: tuple[str, ...]


def draw_request(family: Family, lot: Lot) -> Request:
    """A request in one of very many phrasings, at times only the thing's name."""
    rng, language = lot.rng, lot.language
    if not lot.held_out and rng.random() < _BARE_SHARE:
        return _draw_bare_request(family, lot)
    values = get_default_values(family, language)
    clauses: list[str] = []
    given: dict[str, str] = {}
    if rng.random() < family.title_chance or lot.held_out:
        values["TITLE"] = _draw_title(family, lot)
        given["n"] = _type_title(values["TITLE"], lot)
        clauses.append(rng.choice(family.title_clauses[language]))
    asked = ["TITLE"] if given else []
    for slot in family.slots:
        if rng.random() < slot.chance:
            wish = slot.draw(lot)
            values[slot.key] = wish.value
            clauses.append(wish.clause)
            given |= wish.given
            asked.append(slot.key)
    subjects = family.subjects[language]
    if not lot.held_out:
        subjects += family.more_subjects.get(language, ())
    prompt = ask(
        rng,
        language,
        opener=rng.choice(family.openers[language]),
        subject=rng.choice(subjects),
        clauses=[clause for clause in clauses if clause],
        slots=given,
    )
    return Request(family, language, prompt, values, tuple(asked))


def _draw_bare_request(family: Family, lot: Lot) -> Request:
    """ "snake", "Pong please": nothing but the thing and what must be said of it, in letters that
    tell the language."""
    rng, language = lot.rng, lot.language
    values = get_default_values(family, language)
    wishes = {slot.key: slot.draw(lot) for slot in family.slots if slot.chance > _ALWAYS}
    given = {key: text for wish in wishes.values() for key, text in wish.given.items()}
    nouns = [subject.split("|")[-1] for subject in family.subjects[language]]
    noun = rng.choice([noun for noun in nouns if noun.isascii() is (language is Language.ENGLISH)])
    prompt = ask(
        rng,
        language,
        opener="{a}" + (rng.choice(ENDINGS[language]) if rng.random() < _POLITE_SHARE else ""),
        subject=noun,
        clauses=[wish.clause for wish in wishes.values() if wish.clause],
        slots=given,
    )
    values |= {key: wish.value for key, wish in wishes.items()}
    return Request(family, language, prompt, values, tuple(wishes))


def _draw_title(family: Family, lot: Lot) -> str:
    """An open name, at times one of the words that people often put there."""
    words = family.title_words.get(lot.language)
    if words and not lot.held_out and lot.rng.random() < _WORDS_SHARE:
        return draw_word(lot, family.title_words)
    return lot.draw_name()


def _type_title(title: str, lot: Lot) -> str:
    """The title as it stands in the prompt: one of known English words at times in lower case,
    which is mended in the thing."""
    if lot.held_out or lot.language is not Language.ENGLISH:
        return title
    if title in everyday.BUSINESSES:
        owner = lot.rng.choice(("my", "our", "the", "an" if title[0] in "AEIOU" else "a"))
        return f"{owner} {title.lower()}"
    if not set(title.split()) <= _WORDS:
        return title
    return title.lower() if lot.rng.random() < _LOWER_SHARE else title


def get_default_values(family: Family, language: Language) -> dict[str, str]:
    """What is made when the prompt says nothing."""
    defaults = {slot.key: slot.get_default(language) for slot in family.slots}
    return {"TITLE": family.title[language], **defaults}


def render(family: Family, language: Language, values: Mapping[str, str]) -> str:
    """The complete source text. Raises `KeyError` for a key that nothing fills."""
    sources = {slot.key: _write(slot, values[slot.key], language) for slot in family.slots}
    words = {key: texts[language] for key, texts in family.words.items()}
    filled = {"LANG": language.value, "TITLE": values["TITLE"], **words, **sources}
    return _KEY.sub(lambda match: filled[match[1]], family.template)


def name_choice(slot: Slot, value: str) -> str:
    """How a thought names a choice."""
    return f"{slot.label}: {value}"


def _write(slot: Slot, value: str, language: Language) -> str:
    """The source of a value. Numbers and shapes that stand for a word have it in front of them, as
    the thought has it: a small model copies a word over any distance and then knows what follows,
    but from a word far above it often draws the wrong one of fourteen signs."""
    source = slot.to_source(value, language)
    if isinstance(slot, ChoiceSlot | NounSlot) and slot.naming:
        return slot.naming.format(name_choice(slot, value)) + source
    return source


def answer_request(request: Request) -> Exchange:
    """The exchange that makes what was asked."""
    family, values = request.family, request.values
    lines = [f"The user wants {family.what}.", f"Language: {LANGUAGE_NAMES[request.language]}"]
    lines += [f"Title: {values['TITLE']}"]
    lines += [name_choice(slot, values[slot.key]) for slot in family.slots]
    here = asking.HERE_IS[request.language].format(title=values["TITLE"])
    gap = "" if request.language is Language.CHINESE else " "
    artifact = Artifact(
        family.name.replace("_", "-"),
        family.artifact_type,
        values["TITLE"],
        render(family, request.language, values),
    )
    reply = here + gap + family.hint[request.language]
    return Exchange(request.prompt, "\n".join(lines), reply, artifact)


def sample_exchange(rng: random.Random, family: Family) -> Exchange:
    """A request for something of `family` in any language, with its answer."""
    return answer_request(draw_request(family, Lot(rng, draw_language(rng))))
