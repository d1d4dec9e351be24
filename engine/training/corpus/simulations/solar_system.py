"""The solar system: how many planets from the Sun outward, the Sun's color, speed."""

from engine.training.corpus import asking
from engine.training.corpus.family import Family
from engine.training.corpus.games.canvas import BOARD
from engine.training.corpus.languages import Language
from engine.training.corpus.simulations import canvas
from engine.training.corpus.slots import ColorSlot, NumberSlot, make_speed_slot

_EN, _ZH, _RU, _KO = Language.ENGLISH, Language.CHINESE, Language.RUSSIAN, Language.KOREAN
# Distances are evenly spaced; the angle grows with the distance to the power -1.5 (Kepler).
_PAGE = (
    canvas.HEAD
    + """const sunColor='@SUN',boardColor='@BOARD',count=@COUNT,speed=@SPEED;
const names='@PLANETS'.split(' ').slice(0,count);
const colors=['silver','khaki','skyblue','tomato','tan','wheat','paleturquoise','cornflowerblue'];
const sizes=[.2,.3,.3,.25,.7,.6,.45,.45];
let angle=0;
function reset(){angle=0}
function stir(){angle+=20}
function move(t){angle+=speed*t}
"""
    + canvas.PAINT
    + """function draw(){
  paintBoard();
  box(14.2,10.2,1.6,1.6,sunColor,.8);
  names.forEach((name,i)=>{
    const far=1.8+i*.8,turn=angle*far**-1.5+i*2,size=sizes[i];
    const x=15+far*1.6*Math.cos(turn),y=11+far*Math.sin(turn);
    c.strokeStyle='#fff3';
    c.lineWidth=.04;
    c.beginPath();
    c.ellipse(15,11,far*1.6,far,0,0,7);
    c.stroke();
    box(x-size,y-size,size*2,size*2,colors[i],size);
    c.font='.7px system-ui';
    c.fillStyle='white';
    c.fillText(name,x,y-size-.2);
  });
  tell();
}
"""
    + canvas.LOOP
)
FAMILY = Family(
    name="solar_system",
    artifact_type="html",
    what="a solar system",
    openers=asking.MAKE,
    subjects={
        _EN: ("a |solar system", "a |solar system simulation", "a |model of the solar system"),
        _ZH: ("一个|太阳系模拟", "一个|太阳系动画", "一个|太阳系模型", "一个|太阳系"),
        _RU: ("солнечную систему", "модель солнечной системы", "симуляцию солнечной системы"),
        _KO: ("|태양계", "|태양계 시뮬레이션", "|태양계 모형", "|태양계 애니메이션"),
    },
    title={_EN: "Solar System", _ZH: "太阳系", _RU: "Солнечная система", _KO: "태양계"},
    template=_PAGE,
    hint={
        _EN: "Click to jump ahead in time, press Space to pause.",
        _ZH: "点击快进，按空格暂停。",
        _RU: "Щелчок — перескочить вперёд, пробел — пауза.",
        _KO: "클릭하면 시간을 건너뛰고, 스페이스를 누르면 멈춰요.",
    },
    slots=(
        NumberSlot(
            "COUNT",
            "Planets",
            {
                _EN: (" with {v} planets", ". Show {v} planets", ", {v} planets"),
                _ZH: (",{v}颗行星", ",要{v}颗行星", ",一共{v}颗", ".行星数：{v}"),
                _RU: (", планет: {v}", ". Число планет: {v}", ", количество планет — {v}"),
                _KO: (", 행성은 {v}개", ". 행성 {v}개로 해 줘", ", 행성 수는 {v}"),
            },
            numbers=(2, 3, 4, 6, 7),
            held_out=(5,),
            default=8,
            chance=0.4,
        ),
        ColorSlot("SUN", "Sun", {_EN: "sun", _ZH: "太阳", _RU: "солнца", _KO: "태양은"}, "gold"),
        ColorSlot("BOARD", "Background", BOARD, "navy", chance=0.2),
        make_speed_slot(".02", ".06", ".2"),
    ),
    words={
        "KEYS": {
            _EN: "Click to jump ahead, Space to pause",
            _ZH: "点击快进，空格暂停",
            _RU: "Щелчок — вперёд, пробел — пауза",
            _KO: "클릭하면 건너뛰기, 스페이스는 일시정지",
        },
        "PLANETS": {
            _EN: "Mercury Venus Earth Mars Jupiter Saturn Uranus Neptune",
            _ZH: "水星 金星 地球 火星 木星 土星 天王星 海王星",
            _RU: "Меркурий Венера Земля Марс Юпитер Сатурн Уран Нептун",
            _KO: "수성 금성 지구 화성 목성 토성 천왕성 해왕성",
        },
    },
)
