"""A double pendulum with its trail: colors and speed."""

from engine.training.corpus import asking
from engine.training.corpus.family import Family
from engine.training.corpus.games.canvas import BOARD
from engine.training.corpus.languages import Language
from engine.training.corpus.simulations import canvas
from engine.training.corpus.slots import ColorSlot, make_speed_slot

_EN, _ZH, _RU, _KO = Language.ENGLISH, Language.CHINESE, Language.RUSSIAN, Language.KOREAN
# Equal masses on equal rods of length 1; `d` is the angle between them. The step is cut in eight.
_PAGE = (
    canvas.HEAD
    + """const trailColor='@TRAIL',bobColor='@BOBS',boardColor='@BOARD',speed=@SPEED;
const sin=Math.sin,cos=Math.cos;
let a,b,va,vb,trail;
function reset(){a=2;b=2.5;va=vb=0;trail=[]}
function stir(){a=1+Math.random()*4;b=1+Math.random()*4;va=vb=0;trail=[]}
function step(t){
  const d=a-b,n=3-cos(2*d);
  const fa=-2*sin(a)-sin(a-2*b)-2*sin(d)*(vb*vb+va*va*cos(d));
  const fb=2*sin(d)*(2*va*va+2*cos(a)+vb*vb*cos(d));
  va+=fa/n*t;
  vb+=fb/n*t;
  a+=va*t;
  b+=vb*t;
}
function ends(){
  const x=15+4*sin(a),y=9+4*cos(a);
  return [x,y,x+4*sin(b),y+4*cos(b)];
}
function move(t){
  for(let i=0;i<8;i++)step(t*speed/8);
  trail.push(ends().slice(2));
  if(trail.length>300)trail.shift();
}
"""
    + canvas.PAINT
    + """function line(points,color,width){
  c.strokeStyle=color;
  c.lineWidth=width;
  c.beginPath();
  for(const p of points)c.lineTo(...p);
  c.stroke();
}
function draw(){
  const [x,y,u,v]=ends();
  paintBoard();
  line(trail,trailColor,.12);
  line([[15,9],[x,y],[u,v]],'white',.15);
  box(x-.5,y-.5,1,1,bobColor,.5);
  box(u-.5,v-.5,1,1,bobColor,.5);
  tell();
}
"""
    + canvas.LOOP
)
FAMILY = Family(
    name="double_pendulum",
    artifact_type="html",
    what="a double pendulum",
    openers=asking.MAKE,
    subjects={
        _EN: ("a |double pendulum", "a |double pendulum simulation", "a |chaotic double pendulum"),
        _ZH: ("一个|双摆模拟", "一个|双摆", "一个|双摆动画", "一个|混沌双摆"),
        _RU: ("двойной маятник", "симуляцию двойного маятника", "модель двойного маятника"),
        _KO: ("|이중 진자", "|이중 진자 시뮬레이션", "|더블 펜듈럼 시뮬레이션"),
    },
    title={_EN: "Double Pendulum", _ZH: "双摆", _RU: "Двойной маятник", _KO: "이중 진자"},
    template=_PAGE,
    hint=canvas.HINT,
    slots=(
        ColorSlot(
            "TRAIL",
            "Trail",
            {_EN: "trail", _ZH: "轨迹", _RU: "следа", _KO: "자취는"},
            "turquoise",
            chance=0.4,
            main=True,
        ),
        ColorSlot(
            "BOBS",
            "Bobs",
            {_EN: "bobs", _ZH: "摆球", _RU: "грузов", _KO: "추는"},
            "gold",
            plural=True,
        ),
        ColorSlot("BOARD", "Background", BOARD, "indigo", chance=0.2),
        make_speed_slot(".04", ".08", ".14"),
    ),
    words=canvas.WORDS,
)
