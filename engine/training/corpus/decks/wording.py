"""How people ask for decks, and what is answered, in four languages."""

from collections.abc import Mapping

from engine.training.corpus.languages import Choices, Language, Texts

_EN, _ZH, _RU, _KO = Language
OPENERS: Choices = {
    _EN: (
        *("Make {a}", "Create {a}", "I need {a}", "Can you make {a}?", "Please prepare {a}"),
        *("Give me {a}", "Build {a}", "Could you create {a}?", "I want {a}", "I would like {a}"),
        *("Make me {a}", "Prepare {a}", "Put together {a}", "Would you make {a}?", "{a}"),
        *("I have to give a talk, make {a}", "For school: {a}", "Please make {a}", "Design {a}"),
    ),
    _ZH: (
        *("做{a}", "帮我做{a}", "请做{a}", "我想要{a}", "能做{a}吗?", "请帮我准备{a}", "给我{a}"),
        *("制作{a}", "可以做{a}吗?", "我需要{a}", "来{a}", "创建{a}", "麻烦做{a}", "{a}"),
    ),
    _RU: (
        *("Сделай {a}", "Создай {a}", "Мне нужна {a}", "Можешь сделать {a}?", "Подготовь {a}"),
        *(
            "Нужна {a}",
            "Сделайте, пожалуйста, {a}",
            "Хочу, чтобы была {a}",
            "Пожалуйста, сделай {a}",
        ),
        *("Собери {a}", "Можно сделать {a}?", "Дай {a}", "Для школы нужна {a}", "Приготовь {a}"),
    ),
    _KO: (
        *("{a} 만들어 줘", "{a} 만들어 주세요", "{a} 부탁해", "{a} 만들어 줄래?", "{a} 필요해"),
        *("{a} 준비해 줘", "{a} 해 줘", "{a} 만들 수 있어?", "{a} 부탁드려요", "{a} 작성해 줘"),
        *("{a} 하나 만들어 줘", "{a} 보여 줘", "{a} 원해요", "{a}"),
    ),
}
# Russian openers with "нужна" want the nominative: "презентация", others the accusative.
SUBJECTS: Choices = {
    _EN: (
        *("a deck about {t}", "slides about {t}", "a presentation about {t}", "a deck on {t}"),
        *("a slide deck about {t}", "a presentation on {t}", "some slides on {t}", "a talk on {t}"),
        *("a slideshow about {t}", "a short deck about {t}", "a set of slides about {t}"),
    ),
    _ZH: (
        *("一个关于{t}的幻灯片", "关于{t}的演示文稿", "一份{t}的PPT", "一套介绍{t}的幻灯片"),
        *("{t}的幻灯片", "一个讲{t}的演示", "一份关于{t}的ppt", "{t}主题的幻灯片"),
    ),
    _RU: ("@ {t}", "небольш@ {t}", "школьн@ {t}", "@ для урока {t}"),
    _KO: (
        *("{t}에 대한 슬라이드", "{t} 발표 자료", "{t}에 관한 프레젠테이션", "{t} 슬라이드"),
        *("{t} PPT", "{t}에 대한 발표 자료", "{t} 소개 슬라이드", "{t}에 관한 PPT"),
    ),
}
# The number of pages stands first, as it mostly does: in the corpus only.
COUNTED_SUBJECTS: Choices = {
    _EN: (
        *(
            "{k} slides about {t}",
            "{k} slides on {t}",
            "{k} pages about {t}",
            "{k} slides about {t}",
        ),
        *("a {k} page deck about {t}", "a {k} slide presentation on {t}", "{k} pages on {t}"),
        *("a {k}-slide deck about {t}", "a deck with {k} slides about {t}"),
    ),
    _ZH: ("{k}页关于{t}的幻灯片", "{k}页{t}的PPT", "一个关于{t}的{k}页幻灯片", "{k}页讲{t}的演示"),
    _RU: ("презентацию из {k} слайдов {t}", "презентацию на {k} слайдов {t}"),
    _KO: ("{t}에 대한 슬라이드 {k}장", "{t} 슬라이드 {k}쪽", "{t} 발표 자료 {k}장"),
}
COUNTS: Choices = {
    _EN: (
        *("with {k} pages", "with {k} slides", "of {k} pages", "in {k} pages", ", {k} pages"),
        *(", {k} slides", ". It should have {k} pages", ". {k} slides are enough"),
    ),
    _ZH: ("，共{k}页", "，{k}页", "，要{k}页", ".一共{k}页", ".做{k}页"),
    _RU: ("из {k} страниц", "из {k} слайдов", ", всего {k} страниц", ".Нужно {k} страниц"),
    _KO: ("<{k}쪽짜리", "<{k}장짜리", "<{k}페이지", ".{k}쪽으로 해 줘", ".모두 {k}장"),
}
COLOR_CLAUSES: Choices = {
    _EN: ("in {c}", ". Make it {c}", ", please in {c}", ". Use {c} colors", ", {c}"),
    _ZH: ("，用{c}", ".用{c}的", "，{c}风格", ".颜色用{c}"),
    _RU: ("в {c} цвете", "в {c} стиле", ", в {c} цвете"),
    _KO: (".{c}으로 해 줘", ".{c}으로", ".색은 {c}으로"),
}
THEME_CLAUSES: Choices = {
    _EN: ("with the theme {c}", "with the {c} theme", ". Use the theme {c}", ". Theme: {c}"),
    _ZH: ("，主题用{c}", ".主题：{c}", "，用{c}主题"),
    _RU: ("с темой {c}", ".Тема оформления: {c}", ", тема {c}"),
    _KO: (".{c} 테마로", ".테마는 {c}", ".{c} 테마로 해 줘"),
}
THEME_COLORS: Mapping[str, Choices] = {
    "Paper": {_EN: ("beige", "cream"), _ZH: ("米色",), _RU: ("бежевом",), _KO: ("베이지색",)},
    "Forest": {_EN: ("green",), _ZH: ("绿色",), _RU: ("зелёном",), _KO: ("초록색", "녹색")},
    "Ocean": {_EN: ("blue",), _ZH: ("蓝色",), _RU: ("синем",), _KO: ("파란색",)},
    "Ember": {_EN: ("dark red", "red"), _ZH: ("红色",), _RU: ("красном",), _KO: ("빨간색",)},
    "Midnight": {_EN: ("dark", "navy"), _ZH: ("深色",), _RU: ("тёмном",), _KO: ("어두운 색",)},
    "Rose": {_EN: ("pink",), _ZH: ("粉色", "粉红色"), _RU: ("розовом",), _KO: ("분홍색",)},
}
NUMBER_WORDS: Choices = {
    _EN: ("three", "four", "five", "six", "seven", "eight"),
    _ZH: ("三", "四", "五", "六", "七", "八"),
    _RU: ("трёх", "четырёх", "пяти", "шести", "семи", "восьми"),
    _KO: ("세", "네", "다섯", "여섯", "일곱", "여덟"),
}
NOTES_REQUESTS: Choices = {
    _EN: (
        *("Make a deck called {n} from these notes", "Turn my notes into a deck called {n}"),
        *("Make slides named {n} from this", "Create a presentation titled {n} from my notes"),
        *(
            "Here are my notes. Make a deck with the title {n}",
            "Slides from these notes, title {n}",
        ),
        *("I need a deck {n} with these lines", "Please use these notes for a deck called {n}"),
        *("Make a presentation {n} out of this text", "Build a slide deck {n} from my notes"),
    ),
    _ZH: (
        *(
            "用这些笔记做一个叫{n}的幻灯片",
            "把我的笔记做成幻灯片，标题是{n}",
            "根据下面的内容做PPT，题目{n}",
        ),
        *(
            "请用这些内容做演示文稿{n}",
            "这是我的笔记，做成名为{n}的幻灯片",
            "用下面几行做幻灯片，标题{n}",
        ),
    ),
    _RU: (
        *("Сделай из этих заметок презентацию {n}", "Преврати мои заметки в презентацию {n}"),
        *("Вот мои заметки, сделай слайды с названием {n}", "Презентация {n} из этих строк"),
        *("Сделай слайды {n} из этого текста", "Нужна презентация под названием {n} из заметок"),
    ),
    _KO: (
        *("이 메모로 {n} 슬라이드를 만들어 줘", "내 메모를 {n} 발표 자료로 만들어 줘"),
        *(
            "아래 내용으로 제목이 {n}인 PPT를 만들어 주세요",
            "메모로 슬라이드 만들어 줘. 제목은 {n}",
        ),
        *("이 글로 {n} 프레젠테이션을 만들어 줘", "이 메모를 써서 {n} 슬라이드를 부탁해"),
    ),
}
OVERVIEW: Texts = {_EN: "Overview", _ZH: "概览", _RU: "Обзор", _KO: "한눈에 보기"}
CLOSING: Texts = {_EN: "What to remember", _ZH: "要记住的", _RU: "Что запомнить", _KO: "기억할 점"}
FROM_NOTES: Texts = {_EN: "From notes", _ZH: "来自笔记", _RU: "Из заметок", _KO: "메모에서"}
REPLY: Texts = {
    _EN: "Here is your deck {n} with {k} pages. Tell me which page I should change.",
    _ZH: "幻灯片《{n}》做好了，共{k}页。要改哪一页请告诉我。",
    _RU: "Презентация «{n}» готова, страниц: {k}. Скажите, какую изменить.",
    _KO: "{n} 슬라이드를 {k}쪽으로 만들었어요. 바꿀 쪽을 말해 주세요.",
}
