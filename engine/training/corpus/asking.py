"""How people open a request and add a name, a color or a speed to it, in four languages.

Openers hold `{a}`: in Russian it is an accusative, in Korean it takes no particle. Clauses follow
the marks of `languages.ask`.
"""

from engine.training.corpus import wording
from engine.training.corpus.languages import Choices, Language, Texts

_EN, _ZH, _RU, _KO = Language.ENGLISH, Language.CHINESE, Language.RUSSIAN, Language.KOREAN
_PLAY_ONLY = ("play", "kids", "bored")
MAKE: Choices = {
    _EN: tuple(
        opener for opener in wording.GAME_OPENERS if not any(word in opener for word in _PLAY_ONLY)
    ),
    _ZH: (
        *("做{a}", "帮我做{a}", "给我做{a}", "请做{a}", "请帮我做{a}", "创建{a}", "制作{a}"),
        *("生成{a}", "请生成{a}", "写{a}", "帮我写{a}", "设计{a}", "我想要{a}", "我需要{a}"),
        *("来{a}", "能帮我做{a}吗?", "可以做{a}吗?", "你能做{a}吗?", "能不能给我做{a}?", "开发{a}"),
        *("麻烦做{a}", "请给我{a}", "给我来{a}", "我要{a}", "请你制作{a}", "帮忙弄{a}", "{a}"),
    ),
    _RU: (
        *("Сделай {a}", "Создай {a}", "Сделайте {a}", "Создайте {a}", "Сделай мне {a}"),
        *("Пожалуйста, сделай {a}", "Пожалуйста, создайте {a}", "Напиши {a}", "Напишите {a}"),
        *("Можешь сделать {a}?", "Можете сделать {a}?", "Ты можешь создать {a}?", "Хочу {a}"),
        *("Я хочу {a}", "Я бы хотел {a}", "Я хотела бы {a}", "Мне бы {a}", "Придумай {a}"),
        *("Сможешь сделать {a}?", "Давай сделаем {a}", "Покажи {a}", "Собери {a}", "Дай мне {a}"),
        *("Помоги сделать {a}", "Можно {a}?", "Разработай {a}", "Сгенерируй {a}", "Давай {a}"),
    ),
    _KO: (
        *("{a} 만들어 줘", "{a} 만들어 주세요", "{a} 하나 만들어 줘", "{a} 하나 만들어 주세요"),
        *("{a} 만들어 줄래?", "{a} 만들어 줄 수 있어?", "{a} 만들어 주실 수 있나요?", "{a} 부탁해"),
        *("{a} 부탁드립니다", "{a} 부탁드려요", "{a} 만들어 봐", "{a} 하나 필요해", "{a} 필요해요"),
        *("{a} 만들고 싶어", "{a} 만들어 주시겠어요?", "{a} 제작해 줘", "{a} 제작해 주세요"),
        *("{a} 생성해 줘", "{a} 보여 줘", "{a} 짜 줘", "나한테 {a} 만들어 줘", "{a} 하나 부탁해요"),
        *("{a} 좀 만들어 줘", "{a} 좀 만들어 주세요", "{a} 개발해 줘", "{a} 하나 해 줘", "{a}"),
    ),
}
PLAY: Choices = {
    _EN: wording.GAME_OPENERS,
    _ZH: (*MAKE[_ZH], "我想玩{a}", "让我玩{a}", "想玩{a}", "我好无聊，做{a}", "孩子想玩{a}"),
    _RU: (
        *MAKE[_RU],
        "Мне скучно, сделай {a}",
        "Запусти {a}",
        "Дети хотят {a}",
        "Запрограммируй {a}",
    ),
    _KO: (
        *MAKE[_KO],
        "{a} 하고 싶어",
        "심심해, {a} 만들어 줘",
        "{a} 하게 해 줘",
        "{a} 하고 싶어요",
    ),
}
DRAW: Choices = {
    _EN: (
        *("Draw {a}", "Make {a}", "Create {a}", "Design {a}", "Generate {a}", "Give me {a}"),
        *("Make me {a}", "Draw me {a}", "Please draw {a}", "Please make {a}", "Show me {a}"),
        *("Can you draw {a}?", "Can you make {a}?", "Could you draw {a}?", "I want {a}"),
        *("Could you make {a} for me?", "Would you draw {a}?", "I would like {a}", "I need {a}"),
        *("We need {a}", "Can I have {a}?", "How about {a}?", "Pls draw {a}", "I'd like {a}"),
        *("Please create {a}", "Can you create {a}?", "Let's draw {a}", "{a}", "Draw {a}"),
    ),
    _ZH: (
        *("画{a}", "帮我画{a}", "给我画{a}", "请画{a}", "做{a}", "帮我做{a}", "生成{a}", "设计{a}"),
        *(
            "请帮我画{a}",
            "能画{a}吗?",
            "可以画{a}吗?",
            "你能帮我画{a}吗?",
            "我想要{a}",
            "我需要{a}",
        ),
        *("来{a}", "创建{a}", "请生成{a}", "请设计{a}", "给我{a}", "麻烦画{a}", "制作{a}", "{a}"),
    ),
    _RU: (
        *("Нарисуй {a}", "Нарисуйте {a}", "Сделай {a}", "Создай {a}", "Нарисуй мне {a}"),
        *("Пожалуйста, нарисуй {a}", "Можешь нарисовать {a}?", "Можете нарисовать {a}?"),
        *("Хочу {a}", "Я хочу {a}", "Мне бы {a}", "Сгенерируй {a}", "Придумай {a}", "Покажи {a}"),
        *(
            "Сможешь нарисовать {a}?",
            "Создайте {a}",
            "Сделайте {a}",
            "Я бы хотел {a}",
            "Дай мне {a}",
        ),
        *("Помоги нарисовать {a}", "Изобрази {a}", "Можно {a}?", "Давай нарисуем {a}"),
    ),
    _KO: (
        *(
            "{a} 그려 줘",
            "{a} 그려 주세요",
            "{a} 하나 그려 줘",
            "{a} 만들어 줘",
            "{a} 만들어 주세요",
        ),
        *("{a} 그려 줄래?", "{a} 그려 줄 수 있어?", "{a} 그려 주실 수 있나요?", "{a} 부탁해"),
        *("{a} 부탁드려요", "{a} 디자인해 줘", "{a} 하나 필요해", "{a} 필요해요", "{a} 보여 줘"),
        *(
            "{a} 좀 그려 줘",
            "{a} 생성해 줘",
            "{a} 하나 만들어 줘",
            "{a} 그려 봐",
            "{a} 제작해 줘",
            "{a}",
        ),
    ),
}
NAMES: Choices = {
    _EN: (
        *(" called {n}", " called {n}", " named {n}", " titled {n}", " with the title {n}"),
        *(" with the name {n}", ", call it {n}", ". Call it {n}", ". Name it {n}"),
        *(
            ". The title is {n}",
            ". Title: {n}",
            ", the title should be {n}",
            ' with the title "{n}"',
        ),
        *(' called "{n}"', ", title {n}", ", titled {n}", ". Title it {n}", ", named {n}"),
    ),
    _ZH: (
        *(",名字叫{n}", ",叫{n}", ",标题是{n}", ",名字是{n}", ",取名{n}", "<名叫{n}的", "<叫{n}的"),
        *(".标题：{n}", ".名字叫{n}", ",标题用“{n}”", ",名为{n}", ",题目是{n}", "<名为“{n}”的"),
    ),
    _RU: (
        *(" под названием {n}", " под названием «{n}»", " с названием {n}", ", назови {n}"),
        *(". Название: {n}", ". Назови «{n}»", ", название — {n}", " с заголовком {n}"),
        *(". Заголовок: {n}", ", заголовок — «{n}»", ". Пусть называется {n}"),
    ),
    _KO: (
        *(", 이름은 {n}", ". 이름은 {n}", ". 제목은 {n}", ", 제목은 {n}", ", 제목: {n}"),
        *(". 이름: {n}", ". 제목은 '{n}'", "<이름이 {n}인", "<제목이 {n}인", ", 이름은 '{n}'"),
    ),
}
# `{c}` is the color of the whole thing; `{cg}` is its genitive, which Russian wants.
COLORS: Choices = {
    _EN: ("<{c}", " in {c}", " in {c}", " in the color {c}", ", make it {c}", ". Color: {c}"),
    _ZH: ("<{c}的", ",用{c}", ",颜色用{c}", ",颜色是{c}", ",要{c}的", ".颜色：{c}"),
    _RU: (" {cg} цвета", ", цвет — {c}", ". Цвет: {c}", ", цвет {c}", ", пусть будет {cg} цвета"),
    _KO: ("<{c}", ", {c}으로", ", 색은 {c}", ". 색깔은 {c}으로 해 줘", ". 색: {c}"),
}
# The color with no word around it, or with another one: in the corpus only.
BARE_COLORS: Choices = {
    _EN: (", {c}", ". {c} please", " in a {c} color", ", colored {c}", ", {c} color"),
    _ZH: (",{c}", ".{c}", ",颜色{c}"),
    _RU: (", {c}", ". {c}", ". Цвет {c}"),
    _KO: (", {c}", ". {c}", ", 색깔 {c}"),
}
# `{p}` is a part, `{c}` its color; `{a}` is "a " or nothing, as the English part wants it. In
# Russian the part is a genitive, in Korean it carries its particle.
PARTS: Choices = {
    _EN: (" with {a}{c} {p}", " with {a}{c} {p}", ". Make the {p} {c}", ". The {p} should be {c}"),
    _ZH: (",{p}是{c}的", ",{p}用{c}", ",{p}要{c}", ".{p}用{c}", ",{p}颜色是{c}"),
    _RU: (", цвет {p} — {c}", ". Цвет {p}: {c}", ", цвет {p} {c}"),
    _KO: (", {p} {c}으로", ". {p} {c}", ". {p} {c}으로 해 줘", ", {p} {c}"),
}
SLOW: Choices = {
    _EN: ("<slow", ", make it slow", ". Make it slow", " that is slow", ", slow speed"),
    _ZH: (",速度慢一点", ",慢一点", ",要慢速的", "<慢速的", ".速度：慢"),
    _RU: (", помедленнее", ", скорость — медленная", ". Сделай помедленнее"),
    _KO: (", 느리게", "<느린", ". 속도는 느리게", ". 느리게 해 줘", ", 속도는 느리게"),
}
FAST: Choices = {
    _EN: ("<fast", ", make it fast", ". Make it fast", " that is fast", ", fast speed"),
    _ZH: (",速度快一点", ",快一点", ",要快速的", "<快速的", ".速度：快"),
    _RU: (", побыстрее", ", скорость — быстрая", ". Сделай побыстрее"),
    _KO: (", 빠르게", "<빠른", ". 속도는 빠르게", ". 빠르게 해 줘", ", 속도는 빠르게"),
}
HERE_IS: Texts = {
    _EN: "Here is {title}.",
    _ZH: "这是{title}。",
    _RU: "Готово: {title}.",
    _KO: "{title}, 다 됐어요.",
}
