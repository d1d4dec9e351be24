"""Bar charts from given numbers: two to six bars, each number copied twice and never changed.

A bar's height is its number, which is read right before it; one of few scales, the same for all
bars of a chart, makes the tallest one fit.
"""

from collections.abc import Sequence

from engine.training.corpus import asking
from engine.training.corpus.family import Family
from engine.training.corpus.languages import Language
from engine.training.corpus.slots import ColorSlot, Lot
from engine.training.corpus.word_slots import RowsSlot, draw_words

_EN, _ZH, _RU, _KO = Language.ENGLISH, Language.CHINESE, Language.RUSSIAN, Language.KOREAN
_WIDE, _LEFT = 360, 20
_WIDEST_LABEL = 8  # in Latin letters, so that six labels stand side by side
_LABELS = {
    _EN: tuple(
        """
    Apples Pears Plums Lemons Bread Milk Tea Coffee Books Pens Cats Dogs Birds Cars Bikes Trains
    Mon Tue Wed Thu Fri Sat Sun Jan Feb Mar Apr May Jun Jul North South East West Red Blue
    2019 2020 2021 2022 2023 2024 2025 Q1 Q2 Q3 Q4 Anna Ben Tom Mia Leo
    """.split()  # noqa: SIM905  (a column of quotes would hide the words)
    ),
    _ZH: tuple(
        """
    苹果 梨 李子 柠檬 面包 牛奶 茶 咖啡 书 笔 猫 狗 鸟 汽车 火车 周一 周二 周三 周四 周五
    一月 二月 三月 四月 五月 北京 上海 广州 东 南 西 北 2021 2022 2023 2024 2025 小明 小红
    """.split()  # noqa: SIM905  (a column of quotes would hide the words)
    ),
    _RU: tuple(
        """
    Яблоки Груши Сливы Лимоны Хлеб Молоко Чай Кофе Книги Ручки Коты Собаки Птицы Поезда
    Пн Вт Ср Чт Пт Сб Вс Янв Фев Мар Апр Май Июн Север Юг 2021 2022 2023 2024 2025 Анна Иван
    """.split()  # noqa: SIM905  (a column of quotes would hide the words)
    ),
    _KO: tuple(
        """
    사과 배 자두 레몬 빵 우유 차 커피 책 펜 고양이 개 새 자동차 기차 월 화 수 목 금 토 일
    1월 2월 3월 4월 5월 서울 부산 동 서 남 북 2021 2022 2023 2024 2025 민수 지우
    """.split()  # noqa: SIM905  (a column of quotes would hide the words)
    ),
}
_TALLEST = 200  # what a bar may measure in the picture
_TOPS = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
_PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300">
<title>@TITLE</title>
<rect width="400" height="300" fill="white"/>
<g fill="#222" color="@COLOR" font-family="sans-serif" font-size="13" text-anchor="middle">
<text x="200" y="26" font-size="20" font-weight="bold">@TITLE</text>
@ROWS
</g>
<path d="M20 240h360" stroke="#222"/>
</svg>"""


def draw_rows(lot: Lot) -> list[str]:
    """Two to six rows "label number"; a third of the charts have large numbers."""
    rng = lot.rng
    labels: list[str] = []
    while len(labels) < 2:
        words = draw_words(lot, _LABELS, rng.choice((3, 3, 4, 4, 5, 6)))
        labels = [word for word in words if _measure(word) <= _WIDEST_LABEL and " " not in word]
    top = rng.choice((20, 100, 100, 1000, 9999))
    return [f"{label} {_draw_number(lot, top)}" for label in labels]


def tell_rows(lot: Lot, rows: Sequence[str]) -> str:
    """The rows in one line or one below the other, with or without colons."""
    joint = lot.rng.choice((" ", ": ", " - "))
    told = [joint.join(row.rsplit(" ", 1)) for row in rows]
    if lot.rng.random() < 0.3:
        return "\n" + "\n".join(told)
    return ("、" if lot.language is _ZH else ", ").join(told)


def write_rows(rows: Sequence[str]) -> str:
    """For every row its label, its number and the bar of that height."""
    pairs = [row.rsplit(" ", 1) for row in rows]
    step = _WIDE / len(pairs)
    scale = _choose_scale(max(int(number) for _, number in pairs))
    return "\n".join(
        f'<g transform="translate({_LEFT + step * (i + 0.5):g} 240)">'
        f'<text y="20">{label}</text><text y="40">{number}</text>'
        f'<rect x="-20" width="40" height="{number}" transform="scale(1 -{scale:g})"'
        ' fill="currentColor"/></g>'
        for i, (label, number) in enumerate(pairs)
    )


def _choose_scale(largest: int) -> float:
    """So that the tallest bar takes 0.4 to 1 of the room."""
    return _TALLEST / next(top for top in _TOPS if largest <= top)


def _measure(word: str) -> int:
    """The width of `word` in Latin letters: a Chinese or Korean sign is as wide as two."""
    return sum(2 if letter > "\u2e80" else 1 for letter in word)


def _draw_number(lot: Lot, top: int) -> int:
    """A number up to `top`; those that are 5 more than a multiple of 13 are held out."""
    while True:
        number = lot.rng.randint(1, top)
        if (number % 13 == 5) is lot.held_out:
            return number


FAMILY = Family(
    name="bar_chart",
    artifact_type="svg",
    what="a bar chart",
    openers=asking.DRAW,
    subjects={
        _EN: ("a |bar chart", "a |bar graph", "a |bar chart in SVG", "a |simple bar chart"),
        _ZH: ("一个|柱状图", "一张|柱状图", "一张|条形图", "一个|SVG柱状图"),
        _RU: ("столбчатую диаграмму", "диаграмму", "столбиковую диаграмму", "график столбиками"),
        _KO: ("|막대그래프", "|막대 차트", "|SVG 막대그래프", "|막대 그래프"),
    },
    title={_EN: "Chart", _ZH: "图表", _RU: "Диаграмма", _KO: "차트"},
    template=_PICTURE,
    hint={
        _EN: "Every bar stands for the number below it.",
        _ZH: "每根柱子对应下方的数字。",
        _RU: "Каждый столбик соответствует числу под ним.",
        _KO: "막대는 아래 숫자를 나타내요.",
    },
    slots=(
        ColorSlot(
            "COLOR",
            "Color",
            {_EN: "bars", _ZH: "柱子", _RU: "столбиков", _KO: "막대는"},
            "royalblue",
            chance=0.45,
            plural=True,
            main=True,
        ),
        RowsSlot(
            "ROWS",
            "Rows",
            {
                _EN: ("> Data: {v}", "> {v}", "> The numbers are {v}", "> Values: {v}"),
                _ZH: (">数据：{v}", ">{v}", ">数字是{v}", ">内容：{v}"),
                _RU: ("> Данные: {v}", "> {v}", "> Числа: {v}", "> Значения: {v}"),
                _KO: ("> 데이터: {v}", "> {v}", "> 숫자는 {v}", "> 값: {v}"),
            },
            draw_rows,
            tell_rows,
            write_rows,
            {
                _EN: "A 3 | B 5 | C 4",
                _ZH: "甲 3 | 乙 5 | 丙 4",
                _RU: "А 3 | Б 5 | В 4",
                _KO: "가 3 | 나 5 | 다 4",
            },
        ),
    ),
)
