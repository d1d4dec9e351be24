"""Landscapes: five kinds of country at three times of day, with the color of the sun or moon."""

from engine.training.corpus import asking
from engine.training.corpus.family import Family
from engine.training.corpus.languages import Language
from engine.training.corpus.slots import ChoiceSlot, ColorSlot
from engine.training.corpus.word_slots import NounSlot

_EN, _ZH, _RU, _KO = Language.ENGLISH, Language.CHINESE, Language.RUSSIAN, Language.KOREAN
# A picture of 9 by 6 in which every coordinate is one digit.
_COUNTRIES = {
    "mountain": """<polygon points="0 6 4 2 8 6" fill="slategray"/>
<polygon points="3 3 4 2 5 3" fill="white"/>
<polygon points="5 6 7 4 9 6" fill="dimgray"/>
<rect y="5" width="9" height="1" fill="darkgreen"/>""",
    "sea": """<rect y="4" width="9" height="2" fill="steelblue"/>
<polygon points="3 1 5 4 1 4" fill="white"/>
<polygon points="1 4 5 4 4 5 2 5" fill="saddlebrown"/>""",
    "desert": """<ellipse cx="2" cy="6" rx="6" ry="2" fill="sandybrown"/>
<ellipse cx="7" cy="6" rx="4" ry="1" fill="peru"/>
<path d="M3 5v-3M2 3v1h2v-1" fill="none" stroke="darkgreen" stroke-width=".3"/>""",
    "forest": """<rect y="5" width="9" height="1" fill="olivedrab"/>
<polygon points="2 1 4 5 0 5" fill="darkgreen"/>
<polygon points="7 3 9 5 5 5" fill="darkgreen"/>
<polygon points="4 2 6 5 2 5" fill="seagreen"/>""",
    "city": """<path d="M0 6v-3h2v-2h2v4h1v-2h2v1h2v2z" fill="darkslateblue"/>
<path d="M1 4v1M3 2v3M6 4v1" stroke="khaki" stroke-width=".6" stroke-dasharray=".4"/>""",
}
_NOUNS = {
    "mountain": {_EN: "mountain", _ZH: "山", _RU: "горный", _KO: "산"},
    "sea": {_EN: "sea", _ZH: "海", _RU: "морской", _KO: "바다"},
    "desert": {_EN: "desert", _ZH: "沙漠", _RU: "пустынный", _KO: "사막"},
    "forest": {_EN: "forest", _ZH: "森林", _RU: "лесной", _KO: "숲"},
    "city": {_EN: "city", _ZH: "城市", _RU: "городской", _KO: "도시"},
}
_PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 6">
<title>@TITLE</title>
<linearGradient id="sky" x2="0" y2="1">
<stop @TIME/><stop offset="1" stop-color="white"/>
</linearGradient>
<rect width="9" height="6" fill="url(#sky)"/>
<circle cx="7" cy="2" r="1" fill="@SUN"/>
@PLACE
</svg>"""
FAMILY = Family(
    name="landscape",
    artifact_type="svg",
    what="an SVG landscape",
    openers=asking.DRAW,
    subjects={
        _EN: ("a |{place} landscape", "a |{place} landscape in SVG", "a |{place} scene"),
        _ZH: ("一幅|{place}的风景画", "一张|{place}的风景图", "一幅|{place}景色"),
        _RU: ("{place} пейзаж", "{place} пейзаж в SVG", "красивый {place} пейзаж"),
        _KO: ("|{place} 풍경", "|{place} 풍경화", "|{place} 풍경 그림"),
    },
    title={_EN: "Landscape", _ZH: "风景", _RU: "Пейзаж", _KO: "풍경"},
    title_chance=0.4,
    template=_PICTURE,
    hint={
        _EN: "It is an SVG and stays sharp at any size.",
        _ZH: "它是SVG，任何大小都清晰。",
        _RU: "Это SVG, он чёткий в любом размере.",
        _KO: "SVG라서 어떤 크기에서도 선명해요.",
    },
    slots=(
        NounSlot("PLACE", "Place", _NOUNS, _COUNTRIES, "mountain"),
        ChoiceSlot(
            "TIME",
            "Time",
            {
                "sunset": {
                    _EN: (" at sunset", " at sunset", ", sunset", " in the evening"),
                    _ZH: ("<日落时", ",日落时分", ",傍晚", "<傍晚"),
                    _RU: (" на закате", " на закате", ", вечер", " вечером"),
                    _KO: ("<해 질 녘", ", 노을 질 때", "<저녁", ", 저녁 시간"),
                },
                "night": {
                    _EN: (" at night", " at night", ", night", " by night"),
                    _ZH: ("<夜晚", ",晚上", ",夜里的", "<夜里"),
                    _RU: (" ночью", " ночью", ", ночь", ", ночное время"),
                    _KO: ("<밤", ", 밤에", "<밤중의", ", 밤 시간"),
                },
            },
            "day",
            {
                "day": 'stop-color="skyblue"',
                "sunset": 'stop-color="orangered"',
                "night": 'stop-color="midnightblue"',
            },
            chance=0.5,
            naming='class="{}" ',
        ),
        ColorSlot(
            "SUN",
            "Sun",
            {_EN: "sun", _ZH: "太阳", _RU: "солнца", _KO: "태양은"},
            "gold",
            chance=0.4,
        ),
    ),
)
