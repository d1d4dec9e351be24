"""Icons: one of fourteen signs on a round plate, with two colors."""

from collections.abc import Mapping

from engine.training.corpus import asking
from engine.training.corpus.family import Family
from engine.training.corpus.languages import Choices, Language
from engine.training.corpus.slots import ColorSlot
from engine.training.corpus.word_slots import NounSlot

_EN, _ZH, _RU, _KO = Language.ENGLISH, Language.CHINESE, Language.RUSSIAN, Language.KOREAN
# A box of 10 by 10 in which every coordinate is one digit, since a small model learns few digits by
# heart; a round line as thick as one unit softens all corners.
_HOLE = 'fill="white" stroke="none"'
_SIGNS = {
    "heart": """<circle cx="3" cy="4" r="2"/>
<circle cx="7" cy="4" r="2"/>
<polygon points="1 5 9 5 5 9"/>""",
    "star": '<polygon points="5 1 6 4 9 4 7 6 8 9 5 7 2 9 3 6 1 4 4 4"/>',
    "sun": """<circle cx="5" cy="5" r="2"/>
<path d="M5 1v8M1 5h8M2 2l6 6M8 2l-6 6"/>""",
    "moon": '<path d="M5 1a4 4 0 1 0 4 4a3 3 0 0 1-4-4z"/>',
    "house": f"""<polygon points="5 1 9 5 1 5"/>
<rect x="2" y="5" width="6" height="4"/>
<rect x="4" y="6" width="2" height="3" {_HOLE}/>""",
    "tree": """<polygon points="5 1 8 4 2 4"/>
<polygon points="5 3 9 7 1 7"/>
<path d="M5 7v2"/>""",
    "cloud": """<circle cx="3" cy="6" r="2"/>
<circle cx="5" cy="4" r="2"/>
<circle cx="7" cy="6" r="2"/>
<path d="M3 8h4"/>""",
    "bell": """<circle cx="5" cy="4" r="3"/>
<rect x="2" y="4" width="6" height="3"/>
<path d="M1 7h8M4 9h2"/>""",
    "letter": """<rect x="1" y="2" width="8" height="6"/>
<path d="M1 3l4 3l4-3" fill="none" stroke="white"/>""",
    "note": """<circle cx="3" cy="8" r="1"/>
<circle cx="7" cy="7" r="1"/>
<path d="M4 8v-6l4-1v6" fill="none"/>""",
    "lightning": '<polygon points="6 1 2 6 5 6 4 9 8 4 5 4"/>',
    "flower": f"""<circle cx="5" cy="3" r="1"/>
<circle cx="7" cy="5" r="1"/>
<circle cx="5" cy="7" r="1"/>
<circle cx="3" cy="5" r="1"/>
<circle cx="5" cy="5" r="1" {_HOLE}/>""",
    "cup": """<rect x="2" y="3" width="5" height="6"/>
<circle cx="7" cy="6" r="2" fill="none"/>""",
    "fish": f"""<ellipse cx="4" cy="5" rx="3" ry="2"/>
<polygon points="7 5 9 3 9 7"/>
<circle cx="3" cy="4" r=".5" {_HOLE}/>""",
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
_MORE_NOUNS: Mapping[str, Choices] = {
    "heart": {_EN: ("love heart",), _ZH: ("心形", "心", "红心"), _KO: ("하트 모양", "심장")},
    "star": {_ZH: ("五角星", "星形"), _KO: ("별 모양",)},
    "sun": {_KO: ("태양",), _ZH: ("日头",)},
    "moon": {_EN: ("crescent moon",), _ZH: ("月牙",), _RU: ("месяца",)},
    "house": {_EN: ("home",), _ZH: ("家", "小屋"), _RU: ("домика",), _KO: ("주택", "홈")},
    "tree": {_EN: ("fir tree",), _ZH: ("大树", "树木"), _RU: ("ёлки",)},
    "letter": {
        _EN: ("mail", "envelope", "email"),
        _ZH: ("信", "邮件"),
        _RU: ("конверта",),
        _KO: ("봉투",),
    },
    "note": {_EN: ("music", "musical note"), _ZH: ("音乐",), _RU: ("музыки",), _KO: ("음악",)},
    "lightning": {_EN: ("lightning bolt", "bolt"), _RU: ("молнии",)},
    "flower": {_ZH: ("花朵",), _RU: ("цветочка",)},
    "cup": {
        _EN: ("coffee cup", "tea cup", "coffee"),
        _ZH: ("茶杯", "咖啡杯"),
        _RU: ("кружки",),
        _KO: ("찻잔",),
    },
    "bell": {_ZH: ("钟",), _RU: ("колокольчика",)},
}
_PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="-4 -4 18 18">
<title>@TITLE</title>
<circle cx="5" cy="5" r="9" fill="@PLATE"/>
<circle cx="5" cy="5" r="8" fill="none" stroke="#fff6" stroke-width=".3"/>
<g fill="@INK" stroke="@INK" stroke-linecap="round" stroke-linejoin="round">
@SIGN
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
        NounSlot("SIGN", "Sign", _NOUNS, _SIGNS, "heart", others=_MORE_NOUNS),
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
