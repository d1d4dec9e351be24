"""Quoting: a name, a number, a date or a line of code, as text, title, string, list or edit, and
finding a name in the middle of a request: where it begins, and where it ends."""

from collections.abc import Callable, Mapping

from engine.training.corpus import family as families
from engine.training.corpus.catalog import FAMILIES
from engine.training.corpus.edits.blocks import make_edit
from engine.training.corpus.languages import Choices, Language
from engine.training.corpus.saying import fit_particles, say_one_of
from engine.training.corpus.slots import Lot
from engine.training.corpus.turns import Turn
from engine.training.corpus.values import Values
from engine.training.corpus.word_slots import tell_list
from engine.training.corpus.words import sample_name

FAMILY = "quote"
_EN, _ZH, _RU, _KO = Language
_SAY: Choices = {
    _EN: (
        "Say {n}",
        "Repeat {n}",
        'Say "{n}"',
        "Please say {n}",
        "Write {n}",
        "Type {n}",
        "Echo: {n}",
        "Can you say {n}?",
        "Answer with {n}",
        "Just write {n}",
        "Print {n}",
        "Repeat after me: {n}",
    ),
    _ZH: (
        "说{n}",
        "重复{n}",
        "请说“{n}”",
        "写{n}",
        "跟我说：{n}",
        "请重复：{n}",
        "只写{n}",
        "回答{n}",
    ),
    _RU: (
        "Скажи {n}",
        "Повтори {n}",
        "Напиши {n}",
        "Скажи: «{n}»",
        "Повтори за мной: {n}",
        "Ответь {n}",
    ),
    _KO: (
        "{n} 말해 줘",
        "따라 해: {n}",
        "{n} 써 줘",
        "'{n}' 반복해 줘",
        "이렇게 답해: {n}",
        "{n} 적어 줘",
    ),
}
_TITLE: Choices = {
    _EN: (
        "Write {n} as an HTML title",
        "A title tag for {n}",
        "HTML title: {n}",
        "Title tag with {n}",
        "Put {n} into a title tag",
    ),
    _ZH: ("把{n}写成HTML标题", "{n}的title标签", "HTML标题：{n}", "用title标签写{n}"),
    _RU: ("Напиши HTML-заголовок {n}", "Тег title для {n}", "Заголовок HTML: {n}"),
    _KO: ("{n} HTML 제목으로 써 줘", "{n} title 태그", "HTML 제목: {n}"),
}
_STRING: Choices = {
    _EN: (
        "Write {n} as a JavaScript string",
        "A string with {n}",
        "JavaScript string: {n}",
        "Put {n} into a string",
        "const title is {n}",
    ),
    _ZH: ("把{n}写成JavaScript字符串", "{n}的字符串", "字符串：{n}", "JS字符串{n}"),
    _RU: ("Напиши строку JavaScript {n}", "Строка: {n}", "Строка JavaScript со значением {n}"),
    _KO: ("{n} 자바스크립트 문자열로 써 줘", "문자열: {n}", "{n} JS 문자열"),
}
_LIST: Choices = {
    _EN: (
        "Make a list of these lines",
        "List these",
        "Write these lines as a list",
        "As a list please",
    ),
    _ZH: ("把这些写成列表", "列出这些", "写成列表", "请列成清单"),
    _RU: ("Сделай список из этих строк", "Перечисли", "Напиши списком", "Список, пожалуйста"),
    _KO: ("이 줄들을 목록으로 써 줘", "목록으로 만들어 줘", "나열해 줘", "리스트로 부탁해"),
}
_EDIT: Choices = {
    _EN: (
        "Replace {o} by {n} in this line",
        "Change {o} to {n} here",
        "An edit from {o} to {n}",
        "In this line, {o} becomes {n}",
    ),
    _ZH: ("把这一行的{o}改成{n}", "这行里{o}换成{n}", "将{o}替换为{n}"),
    _RU: ("Замени {o} на {n} в этой строке", "Поменяй здесь {o} на {n}", "Вместо {o} поставь {n}"),
    _KO: ("이 줄에서 {o}을(를) {n}(으)로 바꿔 줘", "{o} 대신 {n}", "여기서 {o}을(를) {n}(으)로"),
}
_ROW: Choices = {
    _EN: ("A list with {v}", "List {v}", "Items: {v}", "Make a list of {v}", "As a list: {v}"),
    _ZH: ("列出{v}", "列表：{v}", "把{v}写成列表", "项目有{v}"),
    _RU: ("Список: {v}", "Перечисли {v}", "Сделай список: {v}", "Пункты: {v}"),
    _KO: ("목록: {v}", "항목은 {v}", "리스트로: {v}", "나열해 줘: {v}"),
}
# What is asked, a piece of a request with a name in it, and what may stand behind the name.
_FIND: Choices = {
    _EN: (
        *("Which name is this?", "Find the name:", "Only the name:", "The name in this request:"),
        *("What is it called?", "Copy the name:"),
    ),
    _ZH: ("找出名字：", "只写名字：", "这里的名字是什么？", "抄下名字："),
    _RU: ("Найди название:", "Только название:", "Какое здесь название?", "Выпиши название:"),
    _KO: ("이름만:", "이름을 찾아 줘:", "여기 이름은 뭐야?", "이름을 옮겨 써:"),
}
_BEFORE_NAME: Choices = {
    _EN: (
        *("a game called {n}", "a badge that says {n}", "a page named {n}", "a poster for {n}"),
        *("call it {n}", "the title is {n}", "my name is {n}", "a portfolio of {n}", "text: {n}"),
        *("make Snake with the name {n}", "a chart titled {n}", "a clock with the title {n}"),
        *('a quiz called "{n}"', 'it says "{n}"', "for {n}", "I am {n}", "name it {n}"),
    ),
    _ZH: (
        *("一个叫{n}的游戏", "写着{n}的徽章", "名字叫{n}", "标题是{n}", "我叫{n}", "标题：{n}"),
        *("名为“{n}”的网页", "取名{n}", "{n}的作品集", "给{n}用", "上面写{n}"),
    ),
    _RU: (
        *("игра под названием {n}", "значок с надписью {n}", "назови {n}", "название: {n}"),
        *("меня зовут {n}", "страница для {n}", "плакат «{n}»", "название — {n}", "текст {n}"),
    ),
    _KO: (
        *("이름은 {n}", "제목은 {n}", "이름이 {n}인 게임", "제목: {n}", "'{n}'(이)라고 쓴 배지"),
        *("내 이름은 {n}", "{n}의 포트폴리오", "글자는 {n}", "이름은 '{n}'"),
    ),
}
_BEHIND_NAME: Choices = {
    _EN: (
        *("", "", ".", "!", " please", ", please", ", thanks", " in teal", " with a red ball", "?"),
        *(" and make it fast", " on it", " for my daughter", ". Make it blue", " written on it"),
        *(" with three pages", " at night", " as an SVG", " for beginners", " now", " in gold."),
        *(", in navy", ". The ball should be pink", " with buy milk and read", " and pink bricks"),
        *(". Projects: Faces and Tea House", ", with a slow ball", " on a big board", " today"),
        *(". Job: Chef", " from us", " is the title", " with 12 hours", ". Title above", " soon"),
    ),
    _ZH: (
        *(
            "",
            "",
            "。",
            "，谢谢",
            "，要红色的",
            "，用蓝色",
            "，做快一点",
            "！",
            "，三页",
            "，快一点",
        ),
        *("，拜托了", "。颜色：金色", "，送给女儿", "。作品：茶馆、面孔", "，背景是绿色的"),
    ),
    _RU: (
        *("", "", ".", "!", ", пожалуйста", " пожалуйста", ", красного цвета", ", спасибо"),
        *(" и побыстрее", " для дочки", ". Цвет: синий", ", цвет фона — золотой", " на нём"),
        *(" красного цвета", " с быстрой игрой", ". Проекты: Лица и Карта сада", " сегодня"),
    ),
    _KO: (
        *("", "", ".", "!", ", 부탁해", ", 빨간색으로", ". 색: 금색", ", 고마워", ", 빠르게"),
        *(". 배경은 파란색", ", 세 쪽으로", ". 프로젝트: 찻집, 얼굴들", " 부탁해요"),
    ),
}
_CAPITALS: Choices = {
    _EN: (
        *("With capitals: {n}", "As a title: {n}", "Write {n} as a title", "{n}, as a title"),
        *("The title of a game named {n}", "A badge says {n}, what stands on it?", "Title: {n}"),
    ),
    _ZH: ("写成标题：{n}", "首字母大写：{n}", "把{n}写成标题"),
    _RU: ("С заглавных букв: {n}", "Как заголовок: {n}", "Сделай заголовок: {n}"),
    _KO: ("제목으로: {n}", "첫 글자를 대문자로: {n}", "{n}, 제목처럼"),
}
_NAMES_OF_VALUES = ("name", "name", "name", "number", "date", "place", "note")


def sample_turn(values: Values) -> Turn:
    """One of seven exercises, or of eight in the corpus: the evaluation scores exact copies."""
    exercises: Mapping[Callable[[Values], Turn], int] = {
        say_value: 5,
        write_title: 2,
        write_string: 2,
        write_list: 3,
        write_edit: 4,
        write_row: 3,
        find_name: 8,
    }
    if not values.held_out:
        exercises = {**exercises, capitalize: 3}
    return values.rng.choices(tuple(exercises), tuple(exercises.values()))[0](values)


def say_value(values: Values) -> Turn:
    """The value and nothing else."""
    value = _draw(values)
    return _answer(say_one_of(values.rng, values.language, _SAY, n=value), value, value)


def write_title(values: Values) -> Turn:
    """The value in a title tag."""
    value = _draw(values)
    prompt = say_one_of(values.rng, values.language, _TITLE, n=value)
    return _answer(prompt, value, f"<title>{value}</title>")


def write_string(values: Values) -> Turn:
    """The value in a string literal."""
    value = _draw(values)
    prompt = say_one_of(values.rng, values.language, _STRING, n=value)
    return _answer(prompt, value, f"const title='{value}';")


def write_list(values: Values) -> Turn:
    """Two to five lines as items of a list."""
    lines = values.notes(values.rng.choice((2, 3, 4, 5)))
    prompt = say_one_of(values.rng, values.language, _LIST).rstrip(".。!?？！")
    items = "\n".join(f"<li>{line}</li>" for line in lines)
    given = "\n".join(lines)
    return _answer(f"{prompt}:\n{given}", given, f"<ul>\n{items}\n</ul>")


def write_row(values: Values) -> Turn:
    """Two to four names that stand in one row of the prompt, as items of a list."""
    lot = Lot(values.rng, values.language, values.held_out)
    items = list(dict.fromkeys(values.name() for _ in range(values.rng.choice((2, 3, 3, 4)))))
    told = tell_list(lot, items) if len(items) > 1 else items[0]
    prompt = say_one_of(values.rng, values.language, _ROW, v=told)
    lines = "\n".join(f"<li>{item}</li>" for item in items)
    return _answer(prompt, ", ".join(items), lines)


def find_name(values: Values) -> Turn:
    """The name alone, out of a request that goes on behind it."""
    rng, language, name = values.rng, values.language, values.long_name()
    piece = fit_particles(rng.choice(_BEFORE_NAME[language]), {"n": name})
    request = piece.replace("{n}", name) + rng.choice(_BEHIND_NAME[language])
    question = rng.choice(_FIND[language])
    return _answer(f"{question}{rng.choice((' ', chr(10)))}{request}", name, name)


def capitalize(values: Values) -> Turn:
    """English words that were typed in lower case, as a title has them; no two neighbors of them
    are a pair that the evaluation asks for."""
    name = sample_name(values.rng, values.rng.choice((1, 2, 2, 3, 4, 6)))
    prompt = values.rng.choice(_CAPITALS[values.language]).replace("{n}", name.lower())
    return _answer(prompt, name, name)


def write_edit(values: Values) -> Turn:
    """A line of a page, and the block that changes one word of it."""
    old, new = _draw(values), _draw(values)
    line = _line_with(values, old)
    while new == old or line.count(old) != 1:
        old, new = _draw(values), _draw(values)
        line = _line_with(values, old)
    prompt = say_one_of(values.rng, values.language, _EDIT, o=old, n=new).rstrip(".。!?？！")
    edit = make_edit(line, line.replace(old, new))
    return _answer(f"{prompt}:\n{line}", f"{old} → {new}", edit.blocks)


def _line_with(values: Values, text: str) -> str:
    forms = (
        *("<title>@</title>", "<h1>@</h1>", "<li>@</li>", "<p>@</p>", "const title='@';"),
        *('<text x="100" y="110">@</text>', "write('@',1.2,18);", "document.title='@';"),
    )
    if values.rng.random() < 0.7:
        return values.rng.choice(forms).replace("@", text)
    family = values.rng.choice(tuple(FAMILIES.values()))
    chosen = families.get_default_values(family, values.language) | {"TITLE": text}
    source = families.render(family, values.language, chosen).split("\n")
    return values.rng.choice([line for line in source if text in line])


def _draw(values: Values) -> str:
    draw: Callable[[], str] = getattr(values, values.rng.choice(_NAMES_OF_VALUES))
    return draw()


def _answer(prompt: str, given: str, reply: str) -> Turn:
    return Turn(prompt, f"The user gives a text.\nText: {given}", reply)
