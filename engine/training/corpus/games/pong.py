"""Pong against the computer: one page with colors, speed and the points of the winner."""

from engine.training.corpus.family import Family
from engine.training.corpus.games import canvas
from engine.training.corpus.languages import Language
from engine.training.corpus.slots import ColorSlot, NumberSlot, make_speed_slot

_EN, _ZH, _RU, _KO = Language.ENGLISH, Language.CHINESE, Language.RUSSIAN, Language.KOREAN
_PAGE = (
    canvas.HEAD
    + """<canvas width="900" height="600"></canvas>
<script>
const ballColor='@BALL',paddleColor='@PADDLE',boardColor='@BOARD',speed=@SPEED,goal=@GOAL;
const c=document.querySelector('canvas').getContext('2d');
const wide=30,high=20,keys={ArrowUp:-1,w:-1,ArrowDown:1,s:1};
let you,rival,ball,points,score,state,last,pushed=0;
function serve(way){
  ball={x:15,y:10,vx:way*speed,vy:speed*(Math.random()-.5)};
  score=points.join(' : ');
}
function reset(){you=rival=8;points=[0,0];state='ready';serve(1)}
"""
    + canvas.STATES
    + """onkeydown=e=>{
  if(keys[e.key]||e.key==' '){
    e.preventDefault();
    if(!e.repeat)press();
    pushed=keys[e.key]||0;
  }
};
onpointerdown=press;
onpointermove=e=>{
  const b=c.canvas.getBoundingClientRect();
  you=keep((e.clientY-b.top)/b.height*high-2);
};
function keep(y){return Math.max(0,Math.min(16,y))}
function point(who,way){
  points[who]++;
  serve(way);
  if(points[who]==goal)end(who?'over':'won');
}
function meet(x,paddle,way){
  if(ball.vx*way<0&&Math.abs(ball.x-x)<.8&&Math.abs(ball.y-paddle-2)<2.6){
    ball.vx*=-1.05;
    ball.vy=(ball.y-paddle-2)*speed*.4;
  }
}
function move(t){
  you=keep(you+pushed*.4*t);
  rival=keep(rival+Math.max(-.16,Math.min(.16,ball.y-2-rival))*t);
  ball.x+=ball.vx*t;
  ball.y+=ball.vy*t;
  if(ball.y<.5||ball.y>19.5)ball.vy=Math.abs(ball.vy)*(ball.y<9?1:-1);
  meet(2,you,1);
  meet(28,rival,-1);
  if(ball.x<0)point(1,-1);
  if(ball.x>30)point(0,1);
}
"""
    + canvas.PAINT
    + """function draw(){
  paintBoard();
  for(let y=.5;y<high;y+=2)box(14.9,y,.2,1,'#fff4',0);
  box(1,you,.8,4,paddleColor,.4);
  box(28.2,rival,.8,4,paddleColor,.4);
  box(ball.x-.5,ball.y-.5,1,1,ballColor,.5);
  tell();
}
"""
    + canvas.LOOP
)
FAMILY = Family(
    name="pong",
    artifact_type="html",
    what="a Pong game",
    subjects={
        _EN: ("a |Pong game", "a |Pong game", "|Pong", "a |game of Pong", "a |game like Pong"),
        _ZH: ("一个|乒乓球游戏", "一个|Pong游戏", "一款|弹球对战游戏", "一个|打乒乓的小游戏"),
        _RU: ("игру Понг", "игру «Понг»", "пинг-понг", "Pong", "игру в пинг-понг"),
        _KO: ("|퐁 게임", "|탁구 게임", "|Pong 게임", "|핑퐁 게임"),
    },
    title={_EN: "Pong", _ZH: "乒乓", _RU: "Понг", _KO: "퐁"},
    template=_PAGE,
    hint={
        _EN: "Move with the arrow keys, W and S, or the mouse.",
        _ZH: "用方向键、W和S或鼠标移动。",
        _RU: "Двигайтесь стрелками, клавишами W и S или мышью.",
        _KO: "방향키, W와 S, 마우스로 움직여요.",
    },
    slots=(
        ColorSlot("BALL", "Ball", canvas.BALL, "white", main=True),
        ColorSlot(
            "PADDLE",
            "Paddles",
            {_EN: "paddles", _ZH: "球拍", _RU: "ракеток", _KO: "라켓은"},
            "gold",
            plural=True,
        ),
        ColorSlot("BOARD", "Background", canvas.BOARD, "teal", chance=0.2),
        NumberSlot(
            "GOAL",
            "Points to win",
            {
                _EN: (
                    " to {v} points",
                    ". Play to {v}",
                    ", first to {v} wins",
                    " up to {v} points",
                ),
                _ZH: (",先得{v}分的赢", ",{v}分制", ",打到{v}分", ".{v}分获胜"),
                _RU: (
                    " до {v} очков",
                    ", до {v} очков",
                    ". Играем до {v}",
                    ", победа при {v} очках",
                ),
                _KO: (", {v}점 내기", ", {v}점까지", ". {v}점 먼저 내면 승리", ", 목표는 {v}점"),
            },
            numbers=(2, 3, 4, 6, 7, 9, 10, 11, 12, 15, 20),
            held_out=(8, 13, 21),
            default=5,
        ),
        make_speed_slot(".16", ".24", ".36"),
    ),
    words=canvas.WORDS,
)
