"""Badges: an emblem of one of five shapes with a ribbon that carries the asked words."""

from engine.training.corpus import asking
from engine.training.corpus.family import Family
from engine.training.corpus.languages import Choices, Language
from engine.training.corpus.slots import ChoiceSlot, ColorSlot

_EN, _ZH, _RU, _KO = Language.ENGLISH, Language.CHINESE, Language.RUSSIAN, Language.KOREAN
# Outlines around (160, 104), about 180 high; the ribbon lies across them.
_SHAPES = {
    "circle": "M160 14a90 90 0 1 0 .1 0z",
    "shield": "M160 12q40 22 84 16v68q0 68-84 104q-84-36-84-104v-68q44 6 84-16z",
    "hexagon": "M160 12l80 46v92l-80 46-80-46v-92z",
    "square": "M102 16h116q28 0 28 28v116q0 28-28 28h-116q-28 0-28-28v-116q0-28 28-28z",
    "star": "M160 8l28 28h40v40l28 28-28 28v40h-40l-28 28-28-28h-40v-40l-28-28 28-28v-40h40z",
}
_PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 216">
<title>@TITLE</title>
<linearGradient id="shine" x2="0" y2="1">
<stop stop-color="#fff6"/><stop offset="1" stop-color="#0004"/>
</linearGradient>
<path d="@SHAPE" fill="@COLOR"/>
<path d="@SHAPE" fill="url(#shine)"/>
<g transform="translate(16 10.4) scale(.9)">
<path d="@SHAPE" fill="none" stroke="white" stroke-width="3"/>
</g>
<path d="M160 36l6 13 14 2-10 9 3 14-13-7-13 7 3-14-10-9 14-2z" fill="white"/>
<path d="M4 92h312l-14 22 14 22h-312l14-22z" fill="@RIBBON"/>
<path d="M4 92h312l-14 22 14 22h-312l14-22z" fill="#0006"/>
<g font-family="sans-serif" font-weight="bold" font-size="18" text-anchor="middle">
<text x="160" y="120" fill="white">@TITLE</text>
</g>
</svg>"""
_WORDS: Choices = {
    _EN: (
        *(" that says {n}", " that says {n}", " saying {n}", " with the text {n}", " reading {n}"),
        *(" with the words {n}", ' that says "{n}"', " with {n} on it", " for {n}"),
        *(", text {n}", ", with the text {n}", " that reads {n}", " with {n} written on it"),
        *(' "{n}"', ". It should read {n}", ". Please write {n} on it", ", words: {n}"),
        *(". It should say {n}", ". Text: {n}", ". Write {n} on it", " with the name {n}"),
    ),
    _ZH: (
        *("<写着{n}的", "<写着“{n}”的", ",写上{n}", ",上面写{n}", ",文字是{n}", "<印有{n}的"),
        *(".文字：{n}", ",字是“{n}”", "<带有文字{n}的", ".写上“{n}”"),
    ),
    _RU: (
        *(" с надписью {n}", " с надписью «{n}»", " с текстом {n}", ". Надпись: {n}"),
        *(", напиши на нём {n}", ". Текст: {n}", " со словами {n}", ". Напиши «{n}»"),
    ),
    _KO: (
        *(", 글자는 {n}", ". 글자: {n}", "<{n}(이)라고 쓴", "<'{n}'(이)라고 적힌", ", 문구는 {n}"),
        *(". 문구: {n}", ", 글은 '{n}'", ". 글자는 {n}"),
    ),
}


_GREETINGS: Choices = {
    _EN: (
        *("Hello", "Welcome", "Hi", "Thank You", "Thanks", "Good Luck", "Happy Birthday", "Bye"),
        *("Well Done", "Good Morning", "Good Night", "Hello World", "Welcome Home", "Best Team"),
        *("Congratulations", "Hi There", "Great Job", "See You Soon", "Love", "Happy New Year"),
    ),
    _ZH: (
        *("你好", "欢迎", "谢谢", "生日快乐", "加油", "恭喜", "早上好", "晚安", "再见", "新年快乐"),
        *("欢迎回家", "你真棒", "我爱你", "一路平安"),
    ),
    _RU: (
        *("Привет", "Добро пожаловать", "Спасибо", "С днём рождения", "Удачи", "Поздравляем"),
        *("Молодец", "Доброе утро", "До встречи", "С Новым годом", "Пока", "Мир"),
    ),
    _KO: (
        *("안녕", "환영합니다", "감사합니다", "생일 축하해", "화이팅", "축하해요", "좋은 아침"),
        *("잘 자", "고마워", "사랑해", "새해 복", "최고야"),
    ),
}


def _ways(*texts: tuple[str, ...]) -> Choices:
    return dict(zip((_EN, _ZH, _RU, _KO), texts, strict=True))


FAMILY = Family(
    name="badge",
    artifact_type="svg",
    what="an SVG badge",
    openers=asking.DRAW,
    subjects={
        _EN: (
            *("a |badge", "an |SVG badge", "a |badge in SVG", "an |SVG badge", "a |badge"),
            *("an |emblem", "an |SVG emblem", "a |logo badge", "a |sticker", "a |medal"),
        ),
        _ZH: ("一个|徽章", "一枚|徽章", "一个|SVG徽章", "一枚|SVG徽章", "一个|徽标"),
        _RU: ("значок-эмблему", "эмблему", "SVG-эмблему", "эмблему в SVG", "шильдик"),
        _KO: ("|배지", "|SVG 배지", "|뱃지", "|엠블럼", "|SVG 엠블럼"),
    },
    title={_EN: "Hello", _ZH: "你好", _RU: "Привет", _KO: "안녕"},
    title_clauses=_WORDS,
    title_chance=0.92,
    title_words=_GREETINGS,
    template=_PICTURE,
    hint={
        _EN: "It is an SVG and stays sharp at any size.",
        _ZH: "它是SVG，任何大小都清晰。",
        _RU: "Это SVG, он чёткий в любом размере.",
        _KO: "SVG라서 어떤 크기에서도 선명해요.",
    },
    slots=(
        ColorSlot(
            "COLOR",
            "Color",
            {_EN: "badge", _ZH: "徽章", _RU: "эмблемы", _KO: "배지는"},
            "royalblue",
            chance=0.6,
            main=True,
        ),
        ColorSlot(
            "RIBBON",
            "Ribbon",
            {_EN: "ribbon", _ZH: "丝带", _RU: "ленты", _KO: "리본은"},
            "crimson",
            chance=0.25,
        ),
        ChoiceSlot(
            "SHAPE",
            "Shape",
            {
                "shield": _ways(
                    (" in the shape of a shield", ", shaped like a shield", ". Shape: shield"),
                    (",盾牌形状", "<盾牌形的", ".形状：盾牌"),
                    (" в форме щита", ", форма щита", ". Форма: щит"),
                    (", 방패 모양으로", "<방패 모양", ". 모양: 방패"),
                ),
                "hexagon": _ways(
                    (" in the shape of a hexagon", ", hexagonal", ". Shape: hexagon"),
                    (",六边形", "<六边形的", ".形状：六边形"),
                    (" в форме шестиугольника", ", шестиугольная форма", ". Форма: шестиугольник"),
                    (", 육각형으로", "<육각형", ". 모양: 육각형"),
                ),
                "square": _ways(
                    (" in the shape of a square", ", square", ". Shape: square"),
                    (",方形", "<方形的", ".形状：方形"),
                    (" в форме квадрата", ", квадратная форма", ". Форма: квадрат"),
                    (", 사각형으로", "<사각형", ". 모양: 사각형"),
                ),
                "star": _ways(
                    (" in the shape of a star", ", star-shaped", ". Shape: star"),
                    (",星形", "<星形的", ".形状：星形"),
                    (" в форме звезды", ", форма звезды", ". Форма: звезда"),
                    (", 별 모양으로", "<별 모양", ". 모양: 별"),
                ),
            },
            "circle",
            _SHAPES,
            chance=0.25,
        ),
    ),
)
