"""The parts that games on a canvas share word for word, so that they are learned once."""

from engine.training.corpus.languages import Language, Texts

_EN, _ZH, _RU, _KO = Language.ENGLISH, Language.CHINESE, Language.RUSSIAN, Language.KOREAN
OVER: Texts = {_EN: "Game over", _ZH: "游戏结束", _RU: "Игра окончена", _KO: "게임 오버"}
WON: Texts = {_EN: "You win", _ZH: "你赢了", _RU: "Победа", _KO: "승리"}
START: Texts = {
    _EN: "Press a key or click",
    _ZH: "按任意键或点击",
    _RU: "Нажмите клавишу или экран",
    _KO: "키를 누르거나 클릭하세요",
}
BOARD: Texts = {_EN: "background", _ZH: "背景", _RU: "фона", _KO: "배경은"}
BALL: Texts = {_EN: "ball", _ZH: "球", _RU: "мяча", _KO: "공은"}

HEAD = """<!DOCTYPE html>
<html lang="@LANG">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>@TITLE</title>
<style>
body{margin:0;height:100vh;display:grid;place-items:center;background:#222}
canvas{max-width:96vw;max-height:96vh;touch-action:none;border-radius:9px}
</style>
"""
# Arrow keys or letters push, any key or a click starts; after the end it takes a moment, so that
# a key pressed in the heat of the game does not begin the next one.
STATES = """function press(){
  if(state=='over'||state=='won')reset();
  else if(state=='ready')state='play';
}
function end(how){state='end';setTimeout(()=>state=how,400)}
onkeyup=()=>pushed=0;
"""
PAINT = """function box(x,y,w,h,fill,r){
  c.fillStyle=fill;
  c.beginPath();
  c.roundRect(x,y,w,h,r);
  c.fill();
}
function write(text,size,y){
  c.font='bold '+size+'px system-ui';
  c.fillStyle='white';
  c.shadowBlur=9;
  c.fillText(text,wide/2,y,wide-1);
  c.shadowBlur=0;
}
function paintBoard(){
  box(0,0,wide,high,boardColor,0);
  box(0,0,wide,high,'#0009',0);
}
function tell(){
  write(score,2,2.4);
  if(state=='play'||state=='end')return;
  write(state=='ready'?document.title:state=='won'?'@WON':'@OVER',2.4,high*.45);
  write('@START',1.2,high*.7);
}
"""
LOOP = """function loop(now){
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
WORDS = {"OVER": OVER, "WON": WON, "START": START}
