"""The parts that simulations share word for word, so that they are learned once."""

from engine.training.corpus.games.canvas import HEAD as _HEAD
from engine.training.corpus.games.canvas import PAINT as _PAINT
from engine.training.corpus.languages import Language, Texts

_EN, _ZH, _RU, _KO = Language.ENGLISH, Language.CHINESE, Language.RUSSIAN, Language.KOREAN
KEYS: Texts = {
    _EN: "Click to stir, Space to pause",
    _ZH: "点击互动，空格暂停",
    _RU: "Щелчок — встряхнуть, пробел — пауза",
    _KO: "클릭하면 흔들기, 스페이스는 일시정지",
}
HINT: Texts = {
    _EN: "Click to stir it, press Space to pause.",
    _ZH: "点击可以互动，按空格暂停。",
    _RU: "Щёлкните, чтобы встряхнуть, пробел — пауза.",
    _KO: "클릭하면 흔들리고, 스페이스를 누르면 멈춰요.",
}
HEAD = (
    _HEAD
    + """<canvas width="900" height="600"></canvas>
<script>
const c=document.querySelector('canvas').getContext('2d');
const wide=30,high=20;
let last,paused=false;
"""
)
PAINT = (
    _PAINT[: _PAINT.index("function tell")]
    + """function tell(){
  write(document.title,1.6,2.2);
  write('@KEYS',.9,19.2);
}
"""
)
LOOP = """onpointerdown=stir;
onkeydown=e=>{
  if(e.key==' '){e.preventDefault();paused=!paused}
};
function loop(now){
  if(!paused)move(Math.min((now-last)/16,2)||0);
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
WORDS = {"KEYS": KEYS}
