"""Flappy Bird: one self-contained page with five slots."""

import random
from dataclasses import dataclass

from engine.training.corpus.conversation import Artifact, Exchange
from engine.training.corpus.phrasing import Wish, phrase_request
from engine.training.corpus.words import COLORS, sample_name

FAMILY = "flappy_bird"
_SPEEDS = {"slow": ".08", "normal": ".12", "fast": ".18"}
_SUBJECTS = (
    *("a Flappy Bird game",) * 4,
    *("Flappy Bird",) * 2,
    "a flappy bird game",
    "a Flappy Bird clone",
    "a game like Flappy Bird",
    "a Flappy Bird mini-game",
    "a flappy-bird-style game",
    "a little Flappy Bird",
    "a simple Flappy Bird game",
    "a flappy game",
    "a Flappy Bird browser game",
    "a playable Flappy Bird",
    "the Flappy Bird game",
    "a flying bird game",
    "a game where a bird flaps between pipes",
    "a bird game with pipes",
    "my own Flappy Bird",
    "a new Flappy Bird",
    "a version of Flappy Bird",
    "Flappy Bird in HTML",
    "an HTML Flappy Bird game",
)
PAGE = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>@TITLE</title>
<style>
body{margin:0;height:100vh;display:grid;place-items:center;background:#222}
canvas{height:min(100vh,150vw);touch-action:none}
</style>
<canvas width="600" height="900"></canvas>
<script>
const birdColor='@BIRD',skyColor='@SKY',pipeColor='@PIPES',speed=@SPEED;
const c=document.querySelector('canvas').getContext('2d');
let y,v,pipes,score,state,last;
function reset(){y=13;v=0;pipes=[];score=0;state='ready'}
function flap(){
  if(state=='over')reset();
  else if(state!='hit'){state='play';v=-.33}
}
function hit(){state='hit';setTimeout(()=>state='over',400)}
onpointerdown=flap;
onkeydown=e=>{
  if(e.key==' '){e.preventDefault();if(!e.repeat)flap()}
};
function move(t){
  v+=.02*t;
  y+=v*t;
  if(!pipes.length||pipes.at(-1).x<9)pipes.push({x:20,top:3+Math.random()*12});
  for(const p of pipes){
    p.x-=speed*t;
    if(!p.passed&&p.x<1){p.passed=true;score++}
    if(p.x<6&&p.x>0&&(y<p.top+1||y>p.top+7))hit();
  }
  if(y<0||y>26)hit();
}
function box(x,y,w,h,fill,r){
  c.fillStyle=fill;
  c.beginPath();
  c.roundRect(x,y,w,h,r);
  c.fill();
}
function write(text,size,y){
  c.font='bold '+size+'px system-ui';
  c.fillStyle='white';
  c.shadowBlur=9;
  c.fillText(text,10,y,19);
  c.shadowBlur=0;
}
function drawPipe(x,y,h,rim){
  box(x,y,4,h,pipeColor,.4);
  box(x-.3,rim,4.6,1.4,pipeColor,.4);
  box(x+.5,y,.8,h,'#fff6',.4);
}
function drawBird(){
  c.save();
  c.translate(5,y);
  c.rotate(v);
  box(-1,-1,2.2,2,birdColor,1);
  box(-1.5,v<0?0:-.6,1.4,.8,'#fff9',.4);
  box(.2,-.8,.8,.8,'white',.4);
  box(.6,-.6,.3,.3,'black',.2);
  box(.8,.1,1,.6,'orange',.3);
  c.restore();
}
function draw(){
  const sky=c.createLinearGradient(0,0,0,30);
  sky.addColorStop(0,skyColor);
  sky.addColorStop(1,'white');
  box(0,0,20,30,sky,0);
  for(const p of pipes){
    drawPipe(p.x,-1,p.top+1,p.top-1.4);
    drawPipe(p.x,p.top+8,30,p.top+8);
  }
  box(0,27,20,3,'burlywood',0);
  box(0,27,20,.6,'olivedrab',0);
  drawBird();
  write(score,3,4);
  if(state=='play')return;
  write(state=='ready'?document.title:'Game over',2.4,9);
  write('Press Space or click',1.2,18);
}
function loop(now){
  if(state=='play')move(Math.min((now-last)/16,2));
  last=now;
  draw();
  requestAnimationFrame(loop);
}
c.scale(30,30);
c.textAlign='center';
c.textRendering='geometricPrecision';
c.shadowColor='black';
reset();
requestAnimationFrame(loop);
</script>
</html>"""


@dataclass(frozen=True, slots=True)
class FlappyBird:
    """The slots; the defaults are what an answer uses when nothing was asked."""

    title: str = "Flappy Bird"
    bird: str = "gold"
    sky: str = "skyblue"
    pipes: str = "seagreen"
    speed: str = "normal"


def render_page(slots: FlappyBird) -> str:
    """The complete HTML page."""
    filled = PAGE.replace("@TITLE", slots.title).replace("@BIRD", slots.bird)
    filled = filled.replace("@SKY", slots.sky).replace("@PIPES", slots.pipes)
    return filled.replace("@SPEED", _SPEEDS[slots.speed])


def answer_request(prompt: str, slots: FlappyBird) -> Exchange:
    """The exchange that makes the game of `slots`."""
    trace = (
        f"The user wants a Flappy Bird game.\nTitle: {slots.title}\nBird: {slots.bird}\n"
        f"Sky: {slots.sky}\nPipes: {slots.pipes}\nSpeed: {slots.speed}"
    )
    artifact = Artifact("flappy-bird", "html", slots.title, render_page(slots))
    reply = f"Here is {slots.title}. Press Space or click to flap."
    return Exchange(prompt, trace, reply, artifact)


def sample_exchange(rng: random.Random) -> Exchange:
    """A request in one of very many phrasings, with its answer."""
    wish, slots = sample_wish(rng)
    return answer_request(phrase_request(rng, wish), slots)


def sample_wish(rng: random.Random) -> tuple[Wish, FlappyBird]:
    """What is asked for, and the slots that fulfill it."""
    asked: dict[str, str] = {}
    wish = Wish(subject=rng.choice(_SUBJECTS))
    if rng.random() < 0.6:
        asked["title"] = wish.name = sample_name(rng, rng.choice((1, 2, 2, 2)))
    for slot, noun in (("bird", "bird"), ("sky", rng.choice(("sky", "background")))):
        if rng.random() < 0.3:
            asked[slot] = rng.choice(COLORS)
            wish.parts.append((noun, asked[slot]))
    if rng.random() < 0.2:
        asked["pipes"] = rng.choice(COLORS)
        wish.parts.append(("pipes", asked["pipes"]))
    if "bird" not in asked and rng.random() < 0.15:
        asked["bird"] = wish.color = rng.choice(COLORS)
    if rng.random() < 0.15:
        asked["speed"] = wish.speed = rng.choice(("slow", "fast"))
    return wish, FlappyBird(**asked)
