"""Landscapes: five kinds of country at three times of day, with the color of the sun or moon."""

from engine.training.corpus import asking
from engine.training.corpus.family import Family
from engine.training.corpus.languages import Language
from engine.training.corpus.slots import ChoiceSlot, ColorSlot
from engine.training.corpus.word_slots import NounSlot

_EN, _ZH, _RU, _KO = Language.ENGLISH, Language.CHINESE, Language.RUSSIAN, Language.KOREAN
_COUNTRIES = {
    "mountain": """<path d="M0 220l90-120 70 90 70-130 170 200v60h-400z" fill="slategray"/>
<path d="M90 100l24 31-26 9-21-10zM230 60l36 43-34 14-28-9z" fill="white"/>
<path d="M0 260q100-50 200-10t200-20v70h-400z" fill="darkgreen"/>""",
    "sea": """<path d="M0 190h400v110h-400z" fill="steelblue"/>
<path d="M20 220h60m60 20h90m50-30h70m-240 60h80m90 10h60" stroke="#fff8" stroke-width="3"/>
<path d="M180 200h80l-16 24h-50z" fill="saddlebrown"/>
<path d="M216 120v74h-40zM222 130l36 64h-36z" fill="white"/>""",
    "desert": """<path d="M0 210q100-60 200-10t200-20v120h-400z" fill="sandybrown"/>
<path d="M0 260q120-50 240-10t160-20v70h-400z" fill="peru"/>
<path d="M90 250v-80m0 46h-24v-24m24 34h24v-30" fill="none" stroke="darkgreen"
 stroke-width="12" stroke-linecap="round" stroke-linejoin="round"/>""",
    "forest": """<path d="M0 230q200-40 400 0v70h-400z" fill="olivedrab"/>
<path d="M60 250v-30h-36l44-100 44 100h-36v30zM280 250v-30h-36l44-110 44 110h-36v30z"
 fill="darkgreen"/>
<path d="M170 270v-30h-36l44-120 44 120h-36v30zM350 270v-30h-36l44-90 44 90h-36v30z"
 fill="seagreen"/>""",
    "city": """<path d="M0 300v-120h60v-50h50v80h40v-130h60v90h50v-60h60v100h40v-50h40v140z"
 fill="darkslateblue"/>
<path d="M76 150h20m-20 24h20m74-60h20m-20 24h20m-20 24h20m90 0h20m-20 24h20" stroke="khaki"
 stroke-width="9"/>
<path d="M0 270h400v30h-400z" fill="dimgray"/>""",
}
_NOUNS = {
    "mountain": {_EN: "mountain", _ZH: "山", _RU: "горный", _KO: "산"},
    "sea": {_EN: "sea", _ZH: "海", _RU: "морской", _KO: "바다"},
    "desert": {_EN: "desert", _ZH: "沙漠", _RU: "пустынный", _KO: "사막"},
    "forest": {_EN: "forest", _ZH: "森林", _RU: "лесной", _KO: "숲"},
    "city": {_EN: "city", _ZH: "城市", _RU: "городской", _KO: "도시"},
}
_PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300">
<title>@TITLE</title>
<linearGradient id="sky" x2="0" y2="1">
<stop stop-color="@TIME"/><stop offset="1" stop-color="white"/>
</linearGradient>
<rect width="400" height="300" fill="url(#sky)"/>
<circle cx="310" cy="70" r="42" fill="#fff5"/>
<circle cx="310" cy="70" r="32" fill="@SUN"/>
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
            {"day": "skyblue", "sunset": "orangered", "night": "midnightblue"},
            chance=0.5,
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
