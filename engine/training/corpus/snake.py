"""Snake: one self-contained page with six slots."""

import random
from dataclasses import dataclass

from engine.training.corpus.conversation import Artifact, Exchange
from engine.training.corpus.phrasing import Wish, phrase_request
from engine.training.corpus.words import COLORS, sample_name

FAMILY = "snake"
_DELAYS_MS = {"slow": "200", "normal": "130", "fast": "80"}
_SUBJECTS = (
    *("a Snake game",) * 4,
    *("Snake",) * 3,
    "a snake game",
    "a Snake clone",
    "a game of Snake",
    "the game Snake",
    "the classic Snake game",
    "a classic Snake game",
    "a simple Snake game",
    "a game like Snake",
    "a retro Snake game",
    "a Nokia Snake game",
    "a playable Snake",
    "a Snake browser game",
    "a Snake mini-game",
    "my own Snake",
    "a new Snake game",
    "a version of Snake",
    "a game where a snake eats apples",
    "a game with a snake that grows",
    "Snake in HTML",
    "an HTML Snake game",
)
PAGE = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>@TITLE</title>
<style>
body{margin:0;height:100vh;display:grid;place-items:center;background:#222}
canvas{height:min(96vh,96vw);touch-action:none;border-radius:9px}
</style>
<canvas width="960" height="960"></canvas>
<script>
const snakeColor='@SNAKE',foodColor='@FOOD',boardColor='@BOARD',size=@SIZE,delay=@DELAY;
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
  write(state=='ready'?document.title:'Game over',.1,.3);
  write('Press an arrow key or click',.05,.7);
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


@dataclass(frozen=True, slots=True)
class Snake:
    """The slots; the defaults are what an answer uses when nothing was asked."""

    title: str = "Snake"
    snake: str = "limegreen"
    food: str = "tomato"
    board: str = "darkslategray"
    size: str = "16"
    speed: str = "normal"


def render_page(slots: Snake) -> str:
    """The complete HTML page."""
    filled = PAGE.replace("@TITLE", slots.title).replace("@SNAKE", slots.snake)
    filled = filled.replace("@FOOD", slots.food).replace("@BOARD", slots.board)
    return filled.replace("@SIZE", slots.size).replace("@DELAY", _DELAYS_MS[slots.speed])


def answer_request(prompt: str, slots: Snake) -> Exchange:
    """The exchange that makes the game of `slots`."""
    trace = (
        f"The user wants a Snake game.\nTitle: {slots.title}\nSnake: {slots.snake}\n"
        f"Food: {slots.food}\nBoard: {slots.board}\nSize: {slots.size}\nSpeed: {slots.speed}"
    )
    artifact = Artifact("snake", "html", slots.title, render_page(slots))
    reply = f"Here is {slots.title}. Use the arrow keys or WASD, or click where to turn."
    return Exchange(prompt, trace, reply, artifact)


def sample_exchange(rng: random.Random) -> Exchange:
    """A request in one of very many phrasings, with its answer."""
    wish, slots = sample_wish(rng)
    return answer_request(phrase_request(rng, wish), slots)


def sample_wish(rng: random.Random) -> tuple[Wish, Snake]:
    """What is asked for, and the slots that fulfill it."""
    asked: dict[str, str] = {}
    wish = Wish(subject=rng.choice(_SUBJECTS))
    if rng.random() < 0.6:
        asked["title"] = wish.name = sample_name(rng, rng.choice((1, 2, 2, 2)))
    nouns = (
        ("snake", "snake", 0.3),
        ("food", rng.choice(("food", "apples", "apple", "fruit")), 0.2),
        ("board", rng.choice(("board", "background")), 0.2),
    )
    for slot, noun, chance in nouns:
        if rng.random() < chance:
            asked[slot] = rng.choice(COLORS)
            wish.parts.append((noun, asked[slot]))
    if "snake" not in asked and rng.random() < 0.15:
        asked["snake"] = wish.color = rng.choice(COLORS)
    if rng.random() < 0.15:
        asked["speed"] = wish.speed = rng.choice(("slow", "fast"))
    if rng.random() < 0.2:
        asked["size"], wish.board = rng.choice(_BOARDS)
    return wish, Snake(**asked)


_BOARDS = (
    *((size, f"{size}x{size} board") for size in ("10", "12", "16", "20", "24")),
    *((size, f"{size} by {size} grid") for size in ("10", "12", "16", "20", "24")),
    ("10", "small board"),
    ("10", "tiny board"),
    ("24", "big board"),
    ("24", "large board"),
    ("24", "huge board"),
)
