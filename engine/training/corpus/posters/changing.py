"""Changing a poster that was made earlier in the chat: its name, date, place or color."""

from dataclasses import replace

from engine.training.corpus.edits.blocks import make_edit
from engine.training.corpus.edits.wording import DONE, TITLE
from engine.training.corpus.languages import Choices, Language
from engine.training.corpus.posters.sheet import GROUNDS, Poster, render_poster
from engine.training.corpus.posters.wording import COLOR_WORDS
from engine.training.corpus.saying import answer, say_one_of
from engine.training.corpus.steps import edit_step, read_step
from engine.training.corpus.turns import Turn
from engine.training.corpus.values import Values

_EN, _ZH, _RU, _KO = Language
_DATE: Choices = {
    _EN: (
        *("Change the date to {n}", "The date is {n}", "It is on {n} now", "New date: {n}"),
        *("Can you change the date to {n}?", "The right date is {n}", "Move it to {n}"),
    ),
    _ZH: ("日期改成{n}", "时间改为{n}", "新日期：{n}", "能把日期改成{n}吗?", "请把时间换成{n}"),
    _RU: (
        "Поменяй дату на {n}",
        "Новая дата: {n}",
        "Дата теперь {n}",
        "Можешь исправить дату на {n}?",
    ),
    _KO: ("날짜를 {n}(으)로 바꿔 줘", "날짜는 {n}", "새 날짜: {n}", "날짜를 {n}(으)로 고쳐 주세요"),
}
_PLACE: Choices = {
    _EN: (
        *("Change the place to {n}", "The place is {n}", "It is at {n} now", "New place: {n}"),
        *("Can you change the place to {n}?", "The right place is {n}", "We meet at {n}"),
    ),
    _ZH: ("地点改成{n}", "地点换为{n}", "新地点：{n}", "能把地点改成{n}吗?", "请把地点换成{n}"),
    _RU: (
        "Поменяй место на {n}",
        "Новое место: {n}",
        "Место теперь {n}",
        "Можешь исправить место на {n}?",
    ),
    _KO: ("장소를 {n}(으)로 바꿔 줘", "장소는 {n}", "새 장소: {n}", "장소를 {n}(으)로 고쳐 주세요"),
}
_COLOR: Choices = {
    _EN: (
        "Make it {n}",
        "Change the color to {n}",
        "Now in {n}",
        "Can you make it {n}?",
        "In {n} please",
    ),
    _ZH: ("改成{n}的", "颜色换成{n}", "用{n}", "能改成{n}吗?", "请用{n}"),
    _RU: ("Сделай в {n} цвете", "Теперь в {n} цвете", "Хочу в {n} цвете", "Можно в {n} цвете?"),
    _KO: ("{n}으로 바꿔 줘", "{n}으로 해 줘", "색을 {n}으로 바꿔 주세요", "이번에는 {n}으로"),
}


def sample_change(values: Values, poster: Poster, version: int = 1) -> tuple[Turn, Poster]:
    """A turn that changes one thing of the poster, and the poster after it."""
    while True:
        label, changed, prompt, told = _draw_change(values, poster)
        if changed != poster:
            break
    name = f"{poster.kind.value}-poster"
    edit = make_edit(old := render_poster(poster), render_poster(changed))
    read = read_step(name, old, version=version, first=edit.first, last=edit.last)
    step = edit_step(name, edit.blocks, version=version + 1, changed_lines=edit.changed_lines)
    trace = f"The user wants a change.\nId: {name}\n{label}: {told}"
    reply = answer(values.language, DONE, w=told)
    return Turn(prompt, trace, reply, ((read,), (step,))), changed


def _draw_change(values: Values, poster: Poster) -> tuple[str, Poster, str, str]:
    """What is changed, the poster after it, the request, and how the answer names it."""
    label = values.rng.choice(("Name", "Date", "Place", "Color"))
    if label == "Color":
        color = values.rng.choice(tuple(GROUNDS))
        word = COLOR_WORDS[color][values.language]
        prompt = say_one_of(values.rng, values.language, _COLOR, n=word)
        return label, replace(poster, color=color), prompt, word
    if label == "Name":
        value = values.name()
        changed, texts = replace(poster, name=value), TITLE
    elif label == "Date":
        value = values.date()
        changed, texts = replace(poster, date=value), _DATE
    else:
        value = values.place()
        changed, texts = replace(poster, place=value), _PLACE
    prompt = say_one_of(values.rng, values.language, texts, n=value)
    return label, changed, prompt, value
