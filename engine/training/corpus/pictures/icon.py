"""Icons: one of fourteen signs on a round plate, with two colors."""

from engine.training.corpus import asking
from engine.training.corpus.family import Family
from engine.training.corpus.languages import Language
from engine.training.corpus.slots import ColorSlot
from engine.training.corpus.word_slots import NounSlot

_EN, _ZH, _RU, _KO = Language.ENGLISH, Language.CHINESE, Language.RUSSIAN, Language.KOREAN
# Paths in a box of 100 by 100, filled by the even-odd rule so that a second outline is a hole.
_PATHS = {
    "heart": "M50 82q-64-42-34-66q20-14 34 10q14-24 34-10q30 24-34 66z",
    "star": "M50 12l11 27 29 2-22 19 7 28-25-15-25 15 7-28-22-19 29-2z",
    "sun": "M50 28a22 22 0 1 0 .1 0zM46 8h8v12h-8zM46 80h8v12h-8zM8 46h12v8h-12zM80 46h12v8h-12z",
    "moon": "M62 12a40 40 0 1 0 26 54q-40 4-46-26q0-18 20-28z",
    "house": "M50 14l40 34h-10v38h-60v-38h-10zM42 60v26h16v-26z",
    "tree": "M50 8l24 32h-12l18 26h-24v24h-12v-24h-24l18-26h-12z",
    "cloud": "M28 76a19 19 0 0 1-2-38a25 25 0 0 1 46-6a22 22 0 0 1 2 44z",
    "bell": "M50 10q26 4 26 34q0 20 12 30h-76q12-10 12-30q0-30 26-34zM40 80h20q-10 16-20 0z",
    "letter": "M10 24h80v52h-80zM16 30l34 26 34-26-4-2-30 20-30-20z",
    "note": "M40 16l42-8v58a13 11 0 1 1-8-10v-30l-26 5v41a13 11 0 1 1-8-10z",
    "lightning": "M58 6l-36 50h24l-8 38 40-54h-26z",
    "flower": "M50 38a16 16 0 1 0-12 20a16 16 0 1 0 24 0a16 16 0 1 0-12-20zM50 44a6 6 0 1 1-.1 0z",
    "cup": "M16 24h56v8h10q12 16-12 28q-4 20-26 20q-28 0-28-30zM72 40v10q10-4 6-10z",
    "fish": "M10 50q30-36 60-6l20-16v44l-20-16q-30 30-60-6zM28 42a5 5 0 1 0 .1 0z",
}
_NOUNS = {
    "heart": {_EN: "heart", _ZH: "爱心", _RU: "сердца", _KO: "하트"},
    "star": {_EN: "star", _ZH: "星星", _RU: "звезды", _KO: "별"},
    "sun": {_EN: "sun", _ZH: "太阳", _RU: "солнца", _KO: "해"},
    "moon": {_EN: "moon", _ZH: "月亮", _RU: "луны", _KO: "달"},
    "house": {_EN: "house", _ZH: "房子", _RU: "дома", _KO: "집"},
    "tree": {_EN: "tree", _ZH: "树", _RU: "дерева", _KO: "나무"},
    "cloud": {_EN: "cloud", _ZH: "云", _RU: "облака", _KO: "구름"},
    "bell": {_EN: "bell", _ZH: "铃铛", _RU: "колокола", _KO: "종"},
    "letter": {_EN: "letter", _ZH: "信封", _RU: "письма", _KO: "편지"},
    "note": {_EN: "music note", _ZH: "音符", _RU: "ноты", _KO: "음표"},
    "lightning": {_EN: "lightning", _ZH: "闪电", _RU: "молнии", _KO: "번개"},
    "flower": {_EN: "flower", _ZH: "花", _RU: "цветка", _KO: "꽃"},
    "cup": {_EN: "cup", _ZH: "杯子", _RU: "чашки", _KO: "컵"},
    "fish": {_EN: "fish", _ZH: "鱼", _RU: "рыбы", _KO: "물고기"},
}
_PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200">
<title>@TITLE</title>
<linearGradient id="shine" x2="0" y2="1">
<stop stop-color="#fff5"/><stop offset="1" stop-color="#0003"/>
</linearGradient>
<circle cx="100" cy="100" r="96" fill="@PLATE"/>
<circle cx="100" cy="100" r="96" fill="url(#shine)"/>
<circle cx="100" cy="100" r="88" fill="none" stroke="white" stroke-width="3"/>
<g transform="translate(42 42) scale(1.16)" fill-rule="evenodd">
<path d="@SIGN" fill="#0003" transform="translate(2 3)"/>
<path d="@SIGN" fill="@INK" stroke="white"/>
</g>
</svg>"""
FAMILY = Family(
    name="icon",
    artifact_type="svg",
    what="an SVG icon",
    openers=asking.DRAW,
    subjects={
        _EN: ("a |{sign} icon", "a |{sign} icon in SVG", "a |{sign} SVG icon"),
        _ZH: ("一个|{sign}图标", "一个|{sign}的图标", "一个|SVG{sign}图标", "一枚|{sign}图标"),
        _RU: ("иконку {sign}", "значок {sign}", "SVG-иконку {sign}"),
        _KO: ("|{sign} 아이콘", "|{sign} SVG 아이콘", "|{sign} 모양 아이콘"),
    },
    title={_EN: "Icon", _ZH: "图标", _RU: "Иконка", _KO: "아이콘"},
    title_chance=0.3,
    template=_PICTURE,
    hint={
        _EN: "It is an SVG and stays sharp at any size.",
        _ZH: "它是SVG，任何大小都清晰。",
        _RU: "Это SVG, он чёткий в любом размере.",
        _KO: "SVG라서 어떤 크기에서도 선명해요.",
    },
    slots=(
        NounSlot("SIGN", "Sign", _NOUNS, _PATHS, "heart"),
        ColorSlot(
            "INK",
            "Color",
            {_EN: "sign", _ZH: "图案", _RU: "рисунка", _KO: "그림은"},
            "gold",
            chance=0.5,
            main=True,
        ),
        ColorSlot(
            "PLATE",
            "Background",
            {_EN: "background", _ZH: "背景", _RU: "фона", _KO: "배경은"},
            "royalblue",
            chance=0.4,
        ),
    ),
)
