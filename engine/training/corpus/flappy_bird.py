"""Flappy Bird: one self-contained page with five slots."""

import random
from dataclasses import dataclass

from engine.training.corpus.conversation import Artifact, Exchange
from engine.training.corpus.phrasing import Wish, phrase_request
from engine.training.corpus.words import COLORS, sample_name

FAMILY = "flappy_bird"
_SPEEDS = {"slow": "1.5", "normal": "2.2", "fast": "3.2"}
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
_PAGE = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>@TITLE</title>
<style>
body{margin:0;height:100vh;display:grid;place-items:center;background:#1b2430}
canvas{height:min(100vh,150vw);touch-action:none;user-select:none}
</style>
<canvas width="720" height="1080"></canvas>
<script>
const birdColor='@BIRD',skyColor='@SKY',pipeColor='@PIPES',speed=@SPEED;
const canvas=document.querySelector('canvas'),c=canvas.getContext('2d');
c.scale(2,2);
c.textAlign='center';
c.lineWidth=2;
let y,v,pipes,score,best=0,state,ended=0,last=0;
function reset(){y=240;v=0;pipes=[];score=0;state='ready'}
function flap(){
  if(state!='over'){state='play';v=-6}
  else if(performance.now()-ended>400)reset();
}
onkeydown=e=>{
  if(e.code=='Space'){e.preventDefault();if(!e.repeat)flap()}
};
onpointerdown=flap;
function lose(){state='over';ended=performance.now();best=Math.max(best,score)}
function move(t){
  v+=.35*t;
  y+=v*t;
  if(!pipes.length||pipes.at(-1).x<170)pipes.push({x:370,top:50+Math.random()*220});
  for(const p of pipes){
    p.x-=speed*t;
    if(!p.passed&&p.x<40){p.passed=true;score++}
    if(p.x<114&&p.x>26&&(y<p.top+15||y>p.top+135))lose();
  }
  pipes=pipes.filter(p=>p.x>-70);
  if(y<0||y>475)lose();
}
function box(x,y,w,h,fill,r=8){
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
  c.fillText(text,180,top,330);
  c.shadowBlur=0;
}
function drawPipe(x,y,h,rim){
  box(x,y,60,h,pipeColor);
  box(x-4,rim,68,22,pipeColor);
  box(x+8,y,10,h,'#fff5');
  c.strokeStyle='#0004';
  c.strokeRect(x-4,rim,68,22);
}
function drawBird(){
  c.save();
  c.translate(100,y);
  c.rotate(v*.06);
  box(-17,-14,34,28,birdColor,14);
  box(-20,v<0?0:-8,18,10,'#fff9',5);
  box(3,-11,12,12,'#fff',6);
  box(9,-8,5,5,'#222',3);
  box(12,1,14,8,'#f60',4);
  c.restore();
}
function draw(){
  const sky=c.createLinearGradient(0,0,0,540);
  sky.addColorStop(0,skyColor);
  sky.addColorStop(1,'#fff');
  box(0,0,360,540,sky,0);
  for(const p of pipes){
    drawPipe(p.x,-20,p.top+20,p.top-22);
    drawPipe(p.x,p.top+150,400,p.top+150);
  }
  box(0,490,360,50,'#d9b36c',0);
  box(0,490,360,10,'#7a4',0);
  drawBird();
  write(score,44,70);
  if(state=='ready'){write(document.title,34,150);write('Press Space or click to flap',18,330)}
  if(state=='over'){write('Game over',42,220);write('Best '+best+' - press Space or click',18,260)}
}
function loop(now){
  if(state=='play')move(Math.min((now-last)/16.7,2));
  last=now;
  draw();
  requestAnimationFrame(loop);
}
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
    filled = _PAGE.replace("@TITLE", slots.title).replace("@BIRD", slots.bird)
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
