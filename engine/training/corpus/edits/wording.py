"""How people ask to change what was made, and what is answered, in four languages."""

from collections.abc import Mapping

from engine.training.corpus.languages import Choices, Language, Texts

_EN, _ZH, _RU, _KO = Language
# `{p}` is a part as its slot names it: in Russian a genitive, in Korean with its particle.
PART: Choices = {
    _EN: (
        *("Make the {p} {c}", "Change the {p} to {c}", "The {p} should be {c}", "Now a {c} {p}"),
        *("I want the {p} in {c}", "Can you make the {p} {c}?", "Please make the {p} {c}"),
        *("Use {c} for the {p}", "Could the {p} be {c}?", "Paint the {p} {c}", "{c} {p} please"),
        *("Turn the {p} {c}", "Change the color of the {p} to {c}", "Let the {p} be {c}"),
    ),
    _ZH: (
        *("把{p}改成{c}", "{p}换成{c}", "请把{p}改为{c}", "{p}要{c}的", "能把{p}变成{c}吗?"),
        *("我想要{c}的{p}", "{p}用{c}", "将{p}颜色改成{c}", "{p}颜色换成{c}", "麻烦把{p}弄成{c}"),
    ),
    _RU: (
        *("Поменяй цвет {p} на {c}", "Цвет {p} — {c}", "Пусть цвет {p} будет {c}", "Цвет {p}: {c}"),
        *(
            "Можешь поменять цвет {p} на {c}?",
            "Измени цвет {p} на {c}",
            "Сделай цвет {p} таким: {c}",
        ),
    ),
    _KO: (
        *(
            "{p} {c}으로 바꿔 줘",
            "{p} {c}으로 해 줘",
            "{p} {c}으로 바꿔 주세요",
            "{p} {c}이 좋겠어",
        ),
        *("{p} {c}으로 바꿀 수 있어?", "{p} {c}으로 부탁해", "{p} {c}으로 변경해 줘"),
    ),
}
WHOLE: Choices = {
    _EN: (
        *(
            "Make it {c}",
            "Now in {c}",
            "Change the color to {c}",
            "I want it in {c}",
            "In {c} please",
        ),
        *("Can you make it {c}?", "The same in {c}", "Use {c} instead", "Please make it {c}"),
        *("Could it be {c}?", "Try {c}", "Let it be {c}", "Make the color {c}", "And in {c}?"),
    ),
    _ZH: (
        "改成{c}的",
        "换成{c}",
        "要{c}的",
        "颜色改成{c}",
        "请改成{c}",
        "能变成{c}吗?",
        "同样的，用{c}",
        "颜色换{c}",
    ),
    _RU: (
        *(
            "Сделай {cg} цвета",
            "Теперь {cg} цвета",
            "То же самое, но {cg} цвета",
            "Хочу {cg} цвета",
        ),
        *("Поменяй цвет на {c}", "Можно {cg} цвета?", "Пусть будет {cg} цвета"),
    ),
    _KO: (
        "{c}으로 바꿔 줘",
        "{c}으로 해 줘",
        "색을 {c}으로 바꿔 주세요",
        "이번에는 {c}으로",
        "{c}으로 될까?",
        "{c}으로 변경해 줘",
    ),
}
TITLE: Choices = {
    _EN: (
        *("Call it {n}", "Rename it to {n}", "Change the title to {n}", "The title should be {n}"),
        *('Name it "{n}"', "Can you call it {n}?", "New title: {n}", "Please rename it {n}"),
        *(
            "It should be called {n}",
            "Give it the name {n}",
            "Change the name to {n}",
            "Title: {n}",
        ),
    ),
    _ZH: (
        "改名叫{n}",
        "标题改成{n}",
        "名字换成{n}",
        "叫它{n}",
        "请把标题改为{n}",
        "能改名为{n}吗?",
        "新标题：{n}",
        "题目改成“{n}”",
    ),
    _RU: (
        *("Назови {n}", "Переименуй в {n}", "Поменяй название на {n}", "Новое название: {n}"),
        *("Пусть называется {n}", "Можешь назвать это «{n}»?", "Заголовок должен быть {n}"),
    ),
    _KO: (
        *(
            "이름을 {n}(으)로 바꿔 줘",
            "제목을 {n}(으)로 바꿔 줘",
            "제목은 {n}",
            "{n}(으)로 이름 바꿔 주세요",
        ),
        *("새 제목: {n}", "이름은 '{n}'(으)로 해 줘", "{n}(이)라고 불러 줘"),
    ),
}
FASTER: Choices = {
    _EN: (
        *("Make it faster", "Faster please", "It is too slow", "Speed it up", "Can it go faster?"),
        *("More speed", "It should be faster", "Too slow, make it faster", "A bit faster"),
    ),
    _ZH: ("快一点", "太慢了", "速度快些", "能再快点吗?", "加快速度", "请调快", "要更快"),
    _RU: (
        "Сделай быстрее",
        "Побыстрее",
        "Слишком медленно",
        "Можно быстрее?",
        "Увеличь скорость",
        "Ускорь",
    ),
    _KO: (
        "더 빠르게 해 줘",
        "너무 느려",
        "속도를 올려 줘",
        "더 빨리 될까?",
        "빠르게 바꿔 주세요",
        "좀 더 빠르게",
    ),
}
SLOWER: Choices = {
    _EN: (
        *("Make it slower", "Slower please", "It is too fast", "Slow it down", "Can it go slower?"),
        *("Less speed", "It should be slower", "Too fast, make it slower", "A bit slower"),
    ),
    _ZH: ("慢一点", "太快了", "速度慢些", "能再慢点吗?", "放慢速度", "请调慢", "要更慢"),
    _RU: (
        "Сделай медленнее",
        "Помедленнее",
        "Слишком быстро",
        "Можно медленнее?",
        "Уменьши скорость",
        "Замедли",
    ),
    _KO: (
        "더 느리게 해 줘",
        "너무 빨라",
        "속도를 내려 줘",
        "더 천천히 될까?",
        "느리게 바꿔 주세요",
        "좀 더 느리게",
    ),
}
# What stands before the clause of any other slot.
CHANGE: Choices = {
    _EN: ("Change it", "The same again", "Now again", "Make the same"),
    _ZH: ("改一下", "再来一个", "还是这个", "修改"),
    _RU: ("Измени", "То же самое", "Поменяй", "Теперь"),
    _KO: ("바꿔 줘", "같은 걸로", "다시 해 줘", "고쳐 줘"),
}
DONE: Texts = {
    _EN: "Done: {w}. Everything else is as it was.",
    _ZH: "已修改：{w}。其他不变。",
    _RU: "Готово: {w}. Остальное не изменилось.",
    _KO: "바꿨어요: {w}. 나머지는 그대로예요.",
}
FIXED: Texts = {
    _EN: "The error is fixed: {w} is now spelled right. Please try it again.",
    _ZH: "错误已修复：{w} 现在写对了。请再试一次。",
    _RU: "Ошибка исправлена: {w} теперь написано верно. Попробуйте ещё раз.",
    _KO: "오류를 고쳤어요: {w}의 철자를 바로잡았어요. 다시 해 보세요.",
}
TITLE_LABEL: Texts = {_EN: "title", _ZH: "标题", _RU: "название", _KO: "제목"}
SPEED_WORDS: Mapping[str, Texts] = {
    "fast": {_EN: "faster", _ZH: "更快", _RU: "быстрее", _KO: "더 빠르게"},
    "slow": {_EN: "slower", _ZH: "更慢", _RU: "медленнее", _KO: "더 느리게"},
}
ERRORS: Choices = {
    _EN: (
        *("It does not work: {e}", "There is an error: {e}", "The console says: {e}", "I get {e}"),
        *(
            "It shows {e}. Please fix it",
            "Fix this error: {e}",
            "Why does it say {e}?",
            "Error: {e}",
        ),
        *("Nothing happens, the console says {e}", "Can you fix this? {e}", "It is broken: {e}"),
    ),
    _ZH: (
        "出错了：{e}",
        "不能用，控制台显示：{e}",
        "请修复这个错误：{e}",
        "报错：{e}",
        "控制台写着 {e}",
        "能修一下吗? {e}",
    ),
    _RU: (
        *("Не работает: {e}", "Ошибка: {e}", "В консоли написано: {e}", "Исправь ошибку: {e}"),
        *("Появляется {e}, почини", "Можешь исправить? {e}"),
    ),
    _KO: (
        "오류가 나: {e}",
        "안 돼요. 콘솔에 {e}",
        "이 오류를 고쳐 줘: {e}",
        "에러: {e}",
        "콘솔에 이렇게 나와: {e}",
        "고쳐 줄 수 있어? {e}",
    ),
}
