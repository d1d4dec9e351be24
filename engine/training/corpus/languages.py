"""The four languages of the corpus, and how a request is put together in any of them.

A request is a frame (opener, subject, clauses) written with slots such as `{n}` for a name; the
values go in last, so that what a hurried hand does to the frame never touches them.
"""

import random
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from engine.training.corpus import wording


class Language(StrEnum):
    """A language that people ask in; the value is its tag in HTML."""

    ENGLISH = "en"
    CHINESE = "zh"
    RUSSIAN = "ru"
    KOREAN = "ko"


# A text, or several to choose from, for every language.
Texts = Mapping[Language, str]
Choices = Mapping[Language, tuple[str, ...]]

_ENGLISH, _CHINESE = Language.ENGLISH, Language.CHINESE
_RUSSIAN, _KOREAN = Language.RUSSIAN, Language.KOREAN
_SHARES = {_ENGLISH: 0.46, _CHINESE: 0.18, _RUSSIAN: 0.18, _KOREAN: 0.18}
_STOPS = {_ENGLISH: ".", _CHINESE: "。", _RUSSIAN: ".", _KOREAN: "."}
_SHOUTS = {_ENGLISH: "!", _CHINESE: "！", _RUSSIAN: "!", _KOREAN: "!"}
_QUESTIONS = {_ENGLISH: "?", _CHINESE: "？", _RUSSIAN: "?", _KOREAN: "?"}
_COMMAS = {_ENGLISH: ", ", _CHINESE: "，", _RUSSIAN: ", ", _KOREAN: ", "}
_COLONS = {_ENGLISH: ": ", _CHINESE: "：", _RUSSIAN: ": ", _KOREAN: ": "}
_GAPS = {_ENGLISH: " ", _CHINESE: "", _RUSSIAN: " ", _KOREAN: " "}
GREETINGS: Choices = {
    _ENGLISH: wording.GREETINGS,
    _CHINESE: ("你好，", "你好！", "嗨，", "您好，", "早上好！", "哈喽，", "请问，"),
    _RUSSIAN: ("Привет! ", "Привет, ", "Здравствуй! ", "Здравствуйте! ", "Добрый день! ", "Так, "),
    _KOREAN: ("안녕! ", "안녕하세요, ", "안녕하세요! ", "저기, ", "좋은 아침! ", "혹시 "),
}
ENDINGS: Choices = {
    _ENGLISH: wording.ENDINGS,
    _CHINESE: ("，谢谢", "，拜托了", "，麻烦了", "，谢谢你", "，辛苦了"),
    _RUSSIAN: (", пожалуйста", " пожалуйста", ", спасибо", " для меня", ", плиз"),
    _KOREAN: (", 부탁해", ", 부탁드려요", ", 고마워", ", 감사합니다", ", 플리즈"),
}
_SLIPS: Mapping[Language, Mapping[str, tuple[str, ...]]] = {
    _ENGLISH: wording.TYPOS,
    _CHINESE: {"做": ("作",), "帮我": ("邦我",), "一个": ("一个个", "个"), "游戏": ("游系",)},
    _RUSSIAN: {
        "сделай": ("сделй", "зделай", "сдлеай"),
        "пожалуйста": ("пожалуста", "пожалйста"),
        "создай": ("созай", "саздай"),
        "игру": ("игуру", "игр"),
        "можешь": ("можеш",),
        "нарисуй": ("нарисй", "нарсуй"),
    },
    _KOREAN: {
        "만들어 줘": ("만들어줘", "만드러줘", "만들어조"),
        "게임": ("겜", "개임"),
        "주세요": ("주새요", "주셍"),
        "그려 줘": ("그려줘", "그려조"),
    },
}


def draw_language(rng: random.Random) -> Language:
    """English most often, the others evenly."""
    return rng.choices(tuple(_SHARES), tuple(_SHARES.values()))[0]


def ask(
    rng: random.Random,
    language: Language,
    *,
    opener: str,
    subject: str,
    clauses: Sequence[str] = (),
    slots: Mapping[str, str] | None = None,
) -> str:
    """A request as a person might type it.

    `opener` holds `{a}`, where `subject` goes; a question ends in "?". A clause that begins with
    "<" goes to the mark "|" of the subject, with "," to the end of the sentence, with "." it is a
    sentence of its own, with ">" the last one, with ":" behind a colon at
    the end of the subject; any other follows the subject. `{key}` is replaced
    by `slots[key]`, which stands in the prompt as it is.
    """
    order = list(clauses)
    rng.shuffle(order)
    frame = _arrange(rng, language, opener, subject, order)
    prompt = _roughen(rng, language, frame).format(**(slots or {}))
    return prompt.replace(" \n", "\n")


def fix_article(text: str) -> str:
    """`text` with "an" where an English word begins with a vowel."""
    return re.sub(r"\b([Aa]) (?=[aeiouAEIO])", r"\1n ", text)


def with_article(phrase: str) -> str:
    """`phrase` behind "a" or "an"."""
    return f"{'an' if phrase[0] in 'aeiou' else 'a'} {phrase}"


def slip(rng: random.Random, slips: Mapping[str, tuple[str, ...]], text: str) -> str:
    """`text` with one of the words that people mistype mistyped, if it holds any."""
    candidates = [word for word in slips if word in text.lower()]
    if not candidates:
        return text
    word = rng.choice(candidates)
    start = text.lower().index(word)
    return text[:start] + rng.choice(slips[word]) + text[start + len(word) :]


def ends_in_consonant(word: str) -> bool:
    """Whether a Korean particle after `word` takes the form for a final consonant (은, 을, 이)."""
    last = word[-1]
    return "가" <= last <= "힣" and (ord(last) - ord("가")) % 28 != 0


def _arrange(
    rng: random.Random, language: Language, opener: str, subject: str, clauses: Sequence[str]
) -> str:
    tail, sentences = _with_mark(clauses, ","), _with_mark(clauses, ".")
    stop = rng.choice((_STOPS[language], _STOPS[language], "", _SHOUTS[language]))
    if opener.endswith("?"):
        sentences, tail, stop = tail + sentences, [], _QUESTIONS[language]
    phrase = _name_thing(language, subject, clauses)
    first = _COMMAS[language].join((opener.rstrip("?").replace("{a}", phrase), *tail))
    if language is _ENGLISH:
        first = fix_article(_join_withs(first))
    if rng.random() < 0.12:
        first += rng.choice(ENDINGS[language])
    sentences += _with_mark(clauses, ">")
    return _join(language, [_capitalize(first) + stop, *map(_capitalize, sentences)])


def _name_thing(language: Language, subject: str, clauses: Sequence[str]) -> str:
    """The subject with what stands before and behind its noun, a name first."""
    gap = _GAPS[language]
    noun = subject.replace("|", "".join(part + gap for part in _with_mark(clauses, "<")))
    after = [clause.strip() for clause in clauses if clause[0] not in "<,.>:"]
    after.sort(key=lambda clause: "{n}" not in clause)
    listed = "".join(f"{_COLONS[language]}{text}" for text in _with_mark(clauses, ":"))
    return gap.join((noun, *after)) + listed


def _with_mark(clauses: Sequence[str], mark: str) -> list[str]:
    return [clause[1:].strip() for clause in clauses if clause[0] == mark]


def _join_withs(sentence: str) -> str:
    """ "with a, with b" as people say it: "with a and b"."""
    head, *others = sentence.split(" with ")
    return " and ".join((f"{head} with {others[0]}", *others[1:])) if others else head


def _join(language: Language, sentences: Sequence[str]) -> str:
    """The sentences with a stop between each two and none after the last one of several."""
    space = "" if language is _CHINESE else " "
    text = sentences[0]
    for sentence in sentences[1:]:
        stop = "" if text[-1] in ".。?？!！" else _STOPS[language]
        text += stop + space + sentence
    return text


def _capitalize(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]


def _roughen(rng: random.Random, language: Language, frame: str) -> str:
    """As typed in a hurry: a greeting, lower case, no full stop, a slip of the finger."""
    if rng.random() < 0.08:
        greeting = rng.choice(GREETINGS[language])
        frame = greeting + (frame[0].lower() + frame[1:] if frame[1:2].islower() else frame)
    if rng.random() < 0.25:
        frame = frame.lower()
    if rng.random() < 0.3:
        frame = frame.rstrip(".。!！？?")
    if rng.random() < 0.06:
        frame = slip(rng, _SLIPS[language], frame)
    return frame
