"""A particle fountain: how many, their color, how high they fly."""

from engine.training.corpus import asking
from engine.training.corpus.family import Family
from engine.training.corpus.games.canvas import BOARD
from engine.training.corpus.languages import Language
from engine.training.corpus.simulations import canvas
from engine.training.corpus.slots import IN_SCRIPT, ChoiceSlot, ColorSlot, NumberSlot

_EN, _ZH, _RU, _KO = Language.ENGLISH, Language.CHINESE, Language.RUSSIAN, Language.KOREAN
_PAGE = (
    canvas.HEAD
    + """const dropColor='@DROPS',boardColor='@BOARD',count=@COUNT,power=@HEIGHT;
let drops,nozzle=15;
function launch(){
  return {x:nozzle,y:18,vx:Math.random()*.2-.1,vy:-power*(.8+Math.random()*.2)};
}
function reset(){drops=[]}
function stir(e){
  const b=c.canvas.getBoundingClientRect();
  nozzle=(e.clientX-b.left)/b.width*wide;
}
onpointermove=e=>{
  if(e.buttons)stir(e);
};
function move(t){
  for(let i=0;i<count/60;i++)if(drops.length<count)drops.push(launch());
  for(const d of drops){
    d.vy+=.012*t;
    d.x+=d.vx*t;
    d.y+=d.vy*t;
    if(d.y>18.5)Object.assign(d,launch());
  }
}
"""
    + canvas.PAINT
    + """function draw(){
  paintBoard();
  for(const d of drops)box(d.x-.15,d.y-.15,.3,.3,dropColor,.15);
  box(nozzle-1,18,2,.5,'white',.2);
  tell();
}
"""
    + canvas.LOOP
)
FAMILY = Family(
    name="particle_fountain",
    artifact_type="html",
    what="a particle fountain",
    openers=asking.MAKE,
    subjects={
        _EN: (
            "a |particle fountain",
            "a |fountain of particles",
            "a |particle fountain simulation",
        ),
        _ZH: ("一个|粒子喷泉", "一个|粒子喷泉动画", "一个|粒子喷泉模拟", "一座|粒子喷泉"),
        _RU: ("фонтан частиц", "симуляцию фонтана частиц", "фонтан из частиц"),
        _KO: ("|입자 분수", "|파티클 분수", "|파티클 분수 시뮬레이션", "|입자 분수 애니메이션"),
    },
    title={_EN: "Particle Fountain", _ZH: "粒子喷泉", _RU: "Фонтан частиц", _KO: "입자 분수"},
    template=_PAGE,
    hint=canvas.HINT,
    slots=(
        NumberSlot(
            "COUNT",
            "Particles",
            {
                _EN: (" with {v} particles", ". Use {v} particles", ", {v} particles"),
                _ZH: (",{v}个粒子", ",要{v}个粒子", ",一共{v}个", ".粒子数：{v}"),
                _RU: (", частиц: {v}", ". Число частиц: {v}", ", количество — {v}"),
                _KO: (", 입자는 {v}개", ". 입자 {v}개로 해 줘", ", {v}개", ", 개수는 {v}"),
            },
            numbers=tuple(n for n in range(50, 1000, 10) if n % 70),
            held_out=tuple(range(70, 1000, 70)),
            default=400,
            chance=0.45,
        ),
        ColorSlot(
            "DROPS",
            "Color",
            {_EN: "particles", _ZH: "粒子", _RU: "частиц", _KO: "입자는"},
            "turquoise",
            chance=0.45,
            plural=True,
            main=True,
        ),
        ColorSlot("BOARD", "Background", BOARD, "navy", chance=0.2),
        ChoiceSlot(
            "HEIGHT",
            "Height",
            {
                "low": {
                    _EN: ("<low", ", make it low", ". Keep it low", ", not very high"),
                    _ZH: (",喷得低一点", ",矮一点", ".高度要低", ",不要太高"),
                    _RU: (", невысокий", ", пониже", ". Сделай пониже", ", не очень высоко"),
                    _KO: (", 낮게", "<낮은", ". 낮게 뿜어 줘", ", 높이는 낮게"),
                },
                "high": {
                    _EN: ("<high", ", make it high", ". Let it shoot high", ", very high"),
                    _ZH: (",喷得高一点", ",高一点", ".要喷得很高", ",很高的"),
                    _RU: (", высокий", ", повыше", ". Сделай повыше", ", очень высоко"),
                    _KO: (", 높게", "<높은", ". 높이 뿜어 줘", ", 높이는 높게"),
                },
            },
            "normal",
            {"low": ".4", "normal": ".52", "high": ".62"},
            naming=IN_SCRIPT,
        ),
    ),
    words=canvas.WORDS,
)
