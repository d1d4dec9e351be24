"""Snake: one self-contained page, in four languages."""

from engine.training.corpus.family import Family
from engine.training.corpus.games import canvas
from engine.training.corpus.languages import Language
from engine.training.corpus.slots import ColorSlot, NumberSlot, make_speed_slot

_EN, _ZH, _RU, _KO = Language.ENGLISH, Language.CHINESE, Language.RUSSIAN, Language.KOREAN
_PAGE = """<!DOCTYPE html>
<html lang="@LANG">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>@TITLE</title>
<style>
body{margin:0;height:100vh;display:grid;place-items:center;background:#222}
canvas{height:min(96vh,96vw);touch-action:none;border-radius:9px}
</style>
<canvas width="960" height="960"></canvas>
<script>
const snakeColor='@SNAKE',foodColor='@FOOD',boardColor='@BOARD',size=@SIZE,delay=@SPEED;
const c=document.querySelector('canvas').getContext('2d');
const up=[0,-1],down=[0,1],left=[-1,0],right=[1,0];
const keys={ArrowUp:up,w:up,ArrowDown:down,s:down,ArrowLeft:left,a:left,ArrowRight:right,d:right};
let snake,food,way,turns,score,state;
function reset(){
  const m=size/2;
  snake=[[m,m],[m-1,m],[m-2,m]];
  way=right;
  turns=[];
  score=0;
  state='ready';
  placeFood();
}
function placeFood(){
  do food=[0,0].map(()=>Math.floor(Math.random()*size));
  while(snake.some(s=>s+''==food+''));
}
function press(turn){
  if(state=='over')reset();
  else if(state!='hit'){state='play';if(turn)turns.push(turn)}
}
function hit(){state='hit';setTimeout(()=>state='over',400)}
onkeydown=e=>{
  const turn=keys[e.key];
  if(turn||e.key==' '){e.preventDefault();if(!e.repeat)press(turn)}
};
onpointerdown=e=>{
  if(way[0])press(e.clientY<innerHeight/2?up:down);
  else press(e.clientX<innerWidth/2?left:right);
};
function move(){
  const turn=turns.shift();
  if(turn&&turn[0]*way[0]==0&&turn[1]*way[1]==0)way=turn;
  const head=[snake[0][0]+way[0],snake[0][1]+way[1]];
  if(head.some(n=>n<0||n>=size)||snake.some(s=>s+''==head+''))return hit();
  snake.unshift(head);
  if(head+''==food+''){score++;placeFood()}
  else snake.pop();
}
function box(x,y,w,h,fill,r){
  c.fillStyle=fill;
  c.beginPath();
  c.roundRect(x,y,w,h,r);
  c.fill();
}
function write(text,scale,y){
  c.font='bold '+size*scale+'px system-ui';
  c.fillStyle='white';
  c.shadowBlur=9;
  c.fillText(text,size/2,size*y,size*.9);
  c.shadowBlur=0;
}
function draw(){
  box(0,0,size,size,boardColor,0);
  box(0,0,size,size,'#0009',0);
  for(let x=0;x<size;x++)for(let y=x%2;y<size;y+=2)box(x,y,1,1,'#fff1',0);
  box(food[0]+.1,food[1]+.1,.8,.8,foodColor,.4);
  for(const s of snake)box(s[0],s[1],1,1,snakeColor,.3);
  const x=snake[0][0],y=snake[0][1];
  box(x+.2,y+.3,.2,.2,'white',.1);
  box(x+.6,y+.3,.2,.2,'white',.1);
  write(score,.07,.09);
  if(state=='play')return;
  write(state=='ready'?document.title:'@OVER',.1,.3);
  write('@START',.05,.7);
}
c.scale(960/size,960/size);
c.textAlign='center';
c.textRendering='geometricPrecision';
c.shadowColor='black';
reset();
draw();
setInterval(()=>{if(state=='play')move();draw()},delay);
</script>
</html>"""
FAMILY = Family(
    name="snake",
    artifact_type="html",
    what="a Snake game",
    subjects={
        _EN: ("a |Snake game", "|Snake", "a |classic Snake game", "a |game of Snake"),
        _ZH: ("一个|贪吃蛇游戏", "一个|贪吃蛇", "一款|贪吃蛇小游戏", "一个|经典贪吃蛇"),
        _RU: ("змейку", "игру «Змейка»", "игру Змейка", "классическую змейку"),
        _KO: ("|스네이크 게임", "|뱀 게임", "|지렁이 게임", "|스네이크"),
    },
    title={_EN: "Snake", _ZH: "贪吃蛇", _RU: "Змейка", _KO: "스네이크"},
    template=_PAGE,
    hint={
        _EN: "Use the arrow keys or WASD, or click where to turn.",
        _ZH: "用方向键或WASD，或点击要转的方向。",
        _RU: "Управляйте стрелками, WASD или щелчком туда, куда повернуть.",
        _KO: "방향키나 WASD, 또는 클릭으로 방향을 바꿔요.",
    },
    slots=(
        ColorSlot(
            "SNAKE",
            "Snake",
            {_EN: "snake", _ZH: "蛇", _RU: "змейки", _KO: "뱀은"},
            "limegreen",
            main=True,
        ),
        ColorSlot(
            "FOOD",
            "Food",
            {_EN: "food", _ZH: "食物", _RU: "еды", _KO: "먹이는"},
            "tomato",
            chance=0.2,
            plural=True,
        ),
        ColorSlot("BOARD", "Board", canvas.BOARD, "darkslategray", chance=0.2),
        NumberSlot(
            "SIZE",
            "Size",
            {
                _EN: (" with a {v}x{v} board", " on a {v} by {v} grid", ". Board size {v}"),
                _ZH: (",棋盘{v}x{v}", ",{v}乘{v}的格子", ".棋盘大小{v}"),
                _RU: (", поле {v}x{v}", " с полем {v} на {v}", ". Размер поля {v}"),
                _KO: (", {v}x{v} 판", ". 판 크기는 {v}", ", {v}x{v} 크기로"),
            },
            numbers=(10, 12, 14, 18, 20, 24),
            held_out=(22,),
            default=16,
            chance=0.2,
        ),
        make_speed_slot("200", "130", "80"),
    ),
    words={
        "OVER": canvas.OVER,
        "START": {
            _EN: "Press an arrow key or click",
            _ZH: "按方向键或点击",
            _RU: "Нажмите стрелку или экран",
            _KO: "방향키를 누르거나 클릭하세요",
        },
    },
)
