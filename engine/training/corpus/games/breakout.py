"""Breakout: one page with colors, speed and the number of rows of bricks."""

from engine.training.corpus.family import Family
from engine.training.corpus.games import canvas
from engine.training.corpus.languages import Language
from engine.training.corpus.slots import ColorSlot, NumberSlot, make_speed_slot

_EN, _ZH, _RU, _KO = Language.ENGLISH, Language.CHINESE, Language.RUSSIAN, Language.KOREAN
_PAGE = (
    canvas.HEAD
    + """<canvas width="720" height="720"></canvas>
<script>
const ballColor='@BALL',paddleColor='@PADDLE',brickColor='@BRICKS',boardColor='@BOARD';
const speed=@SPEED,rows=@ROWS;
const c=document.querySelector('canvas').getContext('2d');
const wide=24,high=24,keys={ArrowLeft:-1,a:-1,ArrowRight:1,d:1};
let paddle,ball,bricks,score,state,last,pushed=0;
function reset(){
  paddle=10;
  ball={x:12,y:20,vx:speed*.6,vy:-speed};
  bricks=[];
  for(let y=0;y<rows;y++)for(let x=0;x<8;x++)bricks.push({x:x*3,y:3+y});
  score=0;
  state='ready';
}
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
  paddle=keep((e.clientX-b.left)/b.width*wide-2);
};
function keep(x){return Math.max(0,Math.min(20,x))}
function move(t){
  paddle=keep(paddle+pushed*.5*t);
  ball.x+=ball.vx*t;
  ball.y+=ball.vy*t;
  if(ball.x<.5||ball.x>23.5)ball.vx=Math.abs(ball.vx)*(ball.x<9?1:-1);
  if(ball.y<.5)ball.vy=Math.abs(ball.vy);
  if(ball.vy>0&&Math.abs(ball.y-21.6)<.6&&Math.abs(ball.x-paddle-2)<2.5){
    ball.vy*=-1;
    ball.vx=(ball.x-paddle-2)*speed*.5;
  }
  const hit=bricks.findIndex(b=>Math.abs(ball.x-b.x-1.5)<1.9&&Math.abs(ball.y-b.y-.5)<.9);
  if(hit>=0){
    bricks.splice(hit,1);
    ball.vy*=-1;
    score++;
    if(!bricks.length)end('won');
  }
  if(ball.y>24)end('over');
}
"""
    + canvas.PAINT
    + """function draw(){
  paintBoard();
  for(const b of bricks){
    box(b.x+.1,b.y+.1,2.8,.8,brickColor,.2);
    box(b.x+.1,b.y+.1,2.8,.3,'#fff4',.2);
  }
  box(paddle,22,4,.8,paddleColor,.4);
  box(ball.x-.4,ball.y-.4,.8,.8,ballColor,.4);
  tell();
}
"""
    + canvas.LOOP
)
FAMILY = Family(
    name="breakout",
    artifact_type="html",
    what="a Breakout game",
    subjects={
        _EN: ("a |Breakout game", "|Breakout", "a |brick breaker", "a |brick breaker game"),
        _ZH: ("一个|打砖块游戏", "一个|打砖块", "一款|打砖块小游戏", "一个|弹球打砖块游戏"),
        _RU: ("игру Арканоид", "арканоид", "игру «Арканоид»", "игру, где мяч разбивает кирпичи"),
        _KO: ("|벽돌깨기 게임", "|벽돌 깨기", "|브레이크아웃 게임", "|벽돌깨기"),
    },
    title={_EN: "Breakout", _ZH: "打砖块", _RU: "Арканоид", _KO: "벽돌깨기"},
    template=_PAGE,
    hint={
        _EN: "Move with the arrow keys, A and D, or the mouse.",
        _ZH: "用方向键、A和D或鼠标移动。",
        _RU: "Двигайтесь стрелками, клавишами A и D или мышью.",
        _KO: "방향키, A와 D, 마우스로 움직여요.",
    },
    slots=(
        ColorSlot("BALL", "Ball", canvas.BALL, "white", chance=0.25),
        ColorSlot(
            "PADDLE", "Paddle", {_EN: "paddle", _ZH: "挡板", _RU: "ракетки", _KO: "패들은"}, "gold"
        ),
        ColorSlot(
            "BRICKS",
            "Bricks",
            {_EN: "bricks", _ZH: "砖块", _RU: "кирпичей", _KO: "벽돌은"},
            "tomato",
            plural=True,
            main=True,
        ),
        ColorSlot("BOARD", "Background", canvas.BOARD, "navy", chance=0.2),
        NumberSlot(
            "ROWS",
            "Rows",
            {
                _EN: (" with {v} rows of bricks", ". Use {v} rows", ", {v} rows", " with {v} rows"),
                _ZH: (",{v}行砖块", ",砖块有{v}行", ",一共{v}行", ".砖块{v}排"),
                _RU: (", рядов: {v}", ". Рядов кирпичей: {v}", ", число рядов — {v}"),
                _KO: (", 벽돌은 {v}줄", ". 벽돌 {v}줄로 해 줘", ", {v}줄", ", 줄 수는 {v}"),
            },
            numbers=(2, 3, 4, 6, 8),
            held_out=(7,),
            default=5,
        ),
        make_speed_slot(".14", ".2", ".28"),
    ),
    words=canvas.WORDS,
)
