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
_PAGE = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>@TITLE</title>
<style>
body{margin:0;height:100vh;display:grid;place-items:center;background:#10151d}
canvas{width:min(96vw,96vh);border-radius:16px;touch-action:none;user-select:none}
</style>
<canvas width="960" height="960"></canvas>
<script>
const snakeColor='@SNAKE',foodColor='@FOOD',boardColor='@BOARD',size=@SIZE,delay=@DELAY;
const canvas=document.querySelector('canvas'),c=canvas.getContext('2d'),cell=480/size;
const arrows={ArrowUp:[0,-1],ArrowDown:[0,1],ArrowLeft:[-1,0],ArrowRight:[1,0]};
const letters={KeyW:[0,-1],KeyS:[0,1],KeyA:[-1,0],KeyD:[1,0]};
c.scale(2,2);
c.textAlign='center';
let snake,food,way,turns,score,best=0,state,ended=0;
function placeFood(){
  do food=[0,0].map(()=>Math.floor(Math.random()*size));
  while(snake.some(s=>s+''==food+''));
}
function reset(){
  const m=size>>1;
  snake=[[m,m],[m-1,m],[m-2,m]];
  way=[1,0];
  turns=[];
  score=0;
  state='ready';
  placeFood();
}
function press(turn){
  if(state=='over'){if(performance.now()-ended>400)reset();return}
  state='play';
  if(turn)turns.push(turn);
}
onkeydown=e=>{
  const turn=arrows[e.code]||letters[e.code];
  if(turn||e.code=='Space'){e.preventDefault();if(!e.repeat)press(turn)}
};
onpointerdown=e=>{
  const r=canvas.getBoundingClientRect(),k=size/r.width;
  const x=(e.clientX-r.left)*k-snake[0][0]-.5,y=(e.clientY-r.top)*k-snake[0][1]-.5;
  press(way[0]?[0,y<0?-1:1]:[x<0?-1:1,0]);
};
function lose(){state='over';ended=performance.now();best=Math.max(best,score)}
function move(){
  const turn=turns.shift();
  if(turn&&(turn[0]+way[0]||turn[1]+way[1]))way=turn;
  const head=[snake[0][0]+way[0],snake[0][1]+way[1]];
  if(head.some(n=>n<0||n>=size)||snake.some(s=>s+''==head+''))return lose();
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
function write(text,size,top){
  c.font='bold '+size+'px system-ui';
  c.fillStyle='#fff';
  c.shadowColor='#000';
  c.shadowBlur=6;
  c.fillText(text,240,top,440);
  c.shadowBlur=0;
}
function draw(){
  box(0,0,480,480,boardColor,0);
  box(0,0,480,480,'#0009',0);
  for(let i=0;i<size*size;i++){
    const x=i%size,y=i/size|0;
    if(x+y&1)box(x*cell,y*cell,cell,cell,'#fff1',0);
  }
  box(food[0]*cell+2,food[1]*cell+2,cell-4,cell-4,foodColor,cell/2);
  snake.forEach(([x,y],i)=>{
    box(x*cell+1,y*cell+1,cell-2,cell-2,snakeColor,cell/3);
    if(i)return;
    box(x*cell+cell*.2,y*cell+cell*.3,cell*.2,cell*.2,'#fff',cell);
    box(x*cell+cell*.6,y*cell+cell*.3,cell*.2,cell*.2,'#fff',cell);
  });
  write(score,32,44);
  if(state=='ready'){write(document.title,44,150);write('Press an arrow key or click',20,350)}
  if(state=='over'){write('Game over',44,210);write('Best '+best+' - press Space or click',20,250)}
}
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
    filled = _PAGE.replace("@TITLE", slots.title).replace("@SNAKE", slots.snake)
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
