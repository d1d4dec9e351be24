"""Flappy Bird: one self-contained page, in four languages."""

from engine.training.corpus.family import Family
from engine.training.corpus.games import canvas
from engine.training.corpus.languages import Language
from engine.training.corpus.slots import ColorSlot, make_speed_slot

_EN, _ZH, _RU, _KO = Language.ENGLISH, Language.CHINESE, Language.RUSSIAN, Language.KOREAN
_PAGE = """<!DOCTYPE html>
<html lang="@LANG">
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
  write(state=='ready'?document.title:'@OVER',2.4,9);
  write('@START',1.2,18);
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
FAMILY = Family(
    name="flappy_bird",
    artifact_type="html",
    what="a Flappy Bird game",
    subjects={
        _EN: ("a |Flappy Bird game", "|Flappy Bird", "a |Flappy Bird clone"),
        _ZH: (
            "一个|Flappy Bird游戏",
            "一个|像素鸟游戏",
            "一款|飞翔的小鸟游戏",
            "一个|小鸟飞过管道的游戏",
        ),
        _RU: (
            "игру Flappy Bird",
            "Flappy Bird",
            "игру «Flappy Bird»",
            "игру, где птица летит между труб",
        ),
        _KO: ("|플래피 버드 게임", "|플래피 버드", "|Flappy Bird 게임", "|새가 나는 게임"),
    },
    title={_EN: "Flappy Bird", _ZH: "飞翔的小鸟", _RU: "Летящая птица", _KO: "플래피 버드"},
    template=_PAGE,
    hint={
        _EN: "Press Space or click to flap.",
        _ZH: "按空格或点击来飞。",
        _RU: "Нажимайте пробел или экран, чтобы лететь.",
        _KO: "스페이스나 클릭으로 날아요.",
    },
    slots=(
        ColorSlot(
            "BIRD", "Bird", {_EN: "bird", _ZH: "鸟", _RU: "птицы", _KO: "새는"}, "gold", main=True
        ),
        ColorSlot("SKY", "Sky", {_EN: "sky", _ZH: "天空", _RU: "неба", _KO: "하늘은"}, "skyblue"),
        ColorSlot(
            "PIPES",
            "Pipes",
            {_EN: "pipes", _ZH: "管道", _RU: "труб", _KO: "파이프는"},
            "seagreen",
            chance=0.2,
            plural=True,
        ),
        make_speed_slot(".08", ".12", ".18"),
    ),
    words={
        "OVER": canvas.OVER,
        "START": {
            _EN: "Press Space or click",
            _ZH: "按空格或点击",
            _RU: "Нажмите пробел или экран",
            _KO: "스페이스를 누르거나 클릭하세요",
        },
    },
)
