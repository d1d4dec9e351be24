"""A clock with hands and digits: title, color, twelve or twenty-four hours."""

from engine.training.corpus import asking
from engine.training.corpus.family import Family
from engine.training.corpus.languages import Language
from engine.training.corpus.pages import sheet
from engine.training.corpus.slots import ChoiceSlot

_EN, _ZH, _RU, _KO = Language.ENGLISH, Language.CHINESE, Language.RUSSIAN, Language.KOREAN
_PAGE = (
    sheet.HEAD
    + sheet.CARD
    + """main{text-align:center}
svg{display:block;width:240px;margin:18px auto}
time{font-size:36px;font-weight:bold}
</style>
<main>
<h1>@TITLE</h1>
<svg viewBox="-50 -50 100 100" stroke-linecap="round" fill="none" stroke="#222">
<circle r="48" stroke="var(--bright)" stroke-width="4"/>
<circle r="42" stroke-width="4" stroke-dasharray="1 20.99" stroke-linecap="butt"/>
<path d="M0 4v-26" stroke-width="5"/>
<path d="M0 4v-36" stroke-width="3"/>
<path d="M0 8v-44" stroke="var(--bright)" stroke-width="1.5"/>
</svg>
<time></time>
</main>
<script>
const hands=document.querySelectorAll('path'),time=document.querySelector('time');
function tick(){
  const now=new Date(),s=now.getSeconds(),m=now.getMinutes()+s/60,h=now.getHours()+m/60;
  [h*30,m*6,s*6].forEach((turn,i)=>hands[i].setAttribute('transform',`rotate(${turn})`));
  time.textContent=now.toLocaleTimeString('@LANG',{hour12:@HOURS});
}
tick();
setInterval(tick,500);
"""
    + sheet.END
)
FAMILY = Family(
    name="clock",
    artifact_type="html",
    what="a clock",
    openers=asking.MAKE,
    subjects={
        _EN: ("a |clock", "a |clock page", "a |web page with a clock", "a |clock with hands"),
        _ZH: ("一个|时钟", "一个|时钟网页", "一个|钟表页面", "一个|带指针的时钟"),
        _RU: ("часы", "страницу с часами", "часы со стрелками"),
        _KO: ("|시계", "|시계 페이지", "|바늘 시계", "|웹 시계"),
    },
    title={_EN: "Clock", _ZH: "时钟", _RU: "Часы", _KO: "시계"},
    template=_PAGE,
    hint={
        _EN: "It shows the time of your device.",
        _ZH: "它显示您设备上的时间。",
        _RU: "Они показывают время вашего устройства.",
        _KO: "기기의 시간을 보여 줘요.",
    },
    slots=(
        sheet.make_color_slot("crimson"),
        ChoiceSlot(
            "HOURS",
            "Hours",
            {
                "12": {
                    _EN: (" with 12 hours", ". Use the 12-hour format", ", 12-hour format"),
                    _ZH: (",12小时制", ",用12小时制", ".12小时格式"),
                    _RU: (", 12-часовой формат", " с 12-часовым форматом", ". Формат 12 часов"),
                    _KO: (", 12시간제", ". 12시간제로 해 줘", ", 12시간 형식으로"),
                },
                "24": {
                    _EN: (" with 24 hours", ". Use the 24-hour format", ", 24-hour format"),
                    _ZH: (",24小时制", ",用24小时制", ".24小时格式"),
                    _RU: (", 24-часовой формат", " с 24-часовым форматом", ". Формат 24 часа"),
                    _KO: (", 24시간제", ". 24시간제로 해 줘", ", 24시간 형식으로"),
                },
            },
            "24",
            {"12": "true", "24": "false"},
            chance=0.35,
        ),
    ),
)
