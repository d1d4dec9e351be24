"""A space shooter: one page with colors, speed and the number of rows of aliens."""

from engine.training.corpus.family import Family
from engine.training.corpus.games import canvas
from engine.training.corpus.languages import Language
from engine.training.corpus.slots import ColorSlot, NumberSlot, make_speed_slot

_EN, _ZH, _RU, _KO = Language.ENGLISH, Language.CHINESE, Language.RUSSIAN, Language.KOREAN
_PAGE = (
    canvas.HEAD
    + """<canvas width="720" height="720"></canvas>
<script>
const shipColor='@SHIP',laserColor='@LASER',alienColor='@ALIENS',boardColor='@BOARD';
const speed=@SPEED,rows=@ROWS;
const c=document.querySelector('canvas').getContext('2d');
const wide=24,high=24,keys={ArrowLeft:-1,a:-1,ArrowRight:1,d:1};
let ship,shots,aliens,way,score,state,last,pushed=0;
function reset(){
  ship=12;
  shots=[];
  aliens=[];
  for(let y=0;y<rows;y++)for(let x=0;x<7;x++)aliens.push({x:2+x*2.4,y:4+y*1.8});
  way=1;
  score=0;
  state='ready';
}
"""
    + canvas.STATES
    + """function fire(){
  if(state=='play'&&shots.length<4)shots.push({x:ship,y:21});
  press();
}
onkeydown=e=>{
  if(keys[e.key]||e.key==' '){
    e.preventDefault();
    if(e.key==' ')fire();
    else if(!e.repeat)press();
    if(keys[e.key])pushed=keys[e.key];
  }
};
onpointerdown=fire;
onpointermove=e=>{
  const b=c.canvas.getBoundingClientRect();
  ship=keep((e.clientX-b.left)/b.width*wide);
};
function keep(x){return Math.max(1,Math.min(23,x))}
function move(t){
  ship=keep(ship+pushed*.3*t);
  for(const s of shots)s.y-=.5*t;
  for(const a of aliens)a.x+=way*speed*t;
  if(aliens.some(a=>way>0?a.x>23:a.x<1)){
    way*=-1;
    for(const a of aliens)a.y+=1.4;
  }
  for(const s of shots){
    const hit=aliens.findIndex(a=>Math.abs(a.x-s.x)<1&&Math.abs(a.y-s.y)<.8);
    if(hit>=0){aliens.splice(hit,1);s.y=-1;score++}
  }
  shots=shots.filter(s=>s.y>0);
  if(!aliens.length)end('won');
  else if(aliens.some(a=>a.y>20))end('over');
}
"""
    + canvas.PAINT
    + """function draw(){
  paintBoard();
  for(let i=0;i<40;i++)box(i*7%24,i*11%23,.1,.1,'white',0);
  for(const a of aliens){
    box(a.x-.8,a.y-.5,1.6,1,alienColor,.5);
    box(a.x-.4,a.y-.2,.25,.3,'black',.1);
    box(a.x+.15,a.y-.2,.25,.3,'black',.1);
  }
  for(const s of shots)box(s.x-.1,s.y,.2,.8,laserColor,.1);
  box(ship-1,22,2,.8,shipColor,.3);
  box(ship-.25,21.2,.5,1,shipColor,.2);
  tell();
}
"""
    + canvas.LOOP
)
FAMILY = Family(
    name="space_shooter",
    artifact_type="html",
    what="a space shooter",
    subjects={
        _EN: ("a |space shooter", "a |space shooter game", "a |space game", "|Space Invaders"),
        _ZH: (
            "一个|太空射击游戏",
            "一款|太空射击游戏",
            "一个|飞船打外星人的游戏",
            "一个|太空大战游戏",
        ),
        _RU: ("космический шутер", "игру про космос", "космическую стрелялку", "космическую игру"),
        _KO: ("|우주 슈팅 게임", "|우주 슈터", "|우주선 게임", "|우주 전쟁 게임"),
    },
    title={_EN: "Space Shooter", _ZH: "太空射击", _RU: "Космический шутер", _KO: "우주 슈팅"},
    template=_PAGE,
    hint={
        _EN: "Move with the arrow keys or the mouse, fire with Space or a click.",
        _ZH: "用方向键或鼠标移动，按空格或点击开火。",
        _RU: "Двигайтесь стрелками или мышью, стреляйте пробелом или щелчком.",
        _KO: "방향키나 마우스로 움직이고, 스페이스나 클릭으로 쏴요.",
    },
    slots=(
        ColorSlot(
            "SHIP",
            "Ship",
            {_EN: "ship", _ZH: "飞船", _RU: "корабля", _KO: "우주선은"},
            "silver",
            main=True,
        ),
        ColorSlot(
            "LASER",
            "Laser",
            {_EN: "laser", _ZH: "激光", _RU: "лазера", _KO: "레이저는"},
            "yellow",
            chance=0.2,
        ),
        ColorSlot(
            "ALIENS",
            "Aliens",
            {_EN: "aliens", _ZH: "外星人", _RU: "пришельцев", _KO: "외계인은"},
            "limegreen",
            plural=True,
        ),
        ColorSlot("BOARD", "Background", canvas.BOARD, "indigo", chance=0.2),
        NumberSlot(
            "ROWS",
            "Rows",
            {
                _EN: (" with {v} rows of aliens", ". Use {v} rows", ", {v} rows", " with {v} rows"),
                _ZH: (",{v}行外星人", ",外星人有{v}行", ",一共{v}行", ".外星人{v}排"),
                _RU: (", рядов: {v}", ". Рядов пришельцев: {v}", ", число рядов — {v}"),
                _KO: (", 외계인은 {v}줄", ". 외계인 {v}줄로 해 줘", ", {v}줄", ", 줄 수는 {v}"),
            },
            numbers=(2, 3, 5),
            held_out=(6,),
            default=4,
        ),
        make_speed_slot(".05", ".09", ".15"),
    ),
    words=canvas.WORDS,
)
