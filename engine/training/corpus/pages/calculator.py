"""A calculator: title and color. It takes keys and clicks, and evaluates no text as a program."""

from engine.training.corpus import asking
from engine.training.corpus.family import Family
from engine.training.corpus.languages import Language
from engine.training.corpus.pages import sheet

_EN, _ZH, _RU, _KO = Language.ENGLISH, Language.CHINESE, Language.RUSSIAN, Language.KOREAN
_PAGE = (
    sheet.HEAD
    + sheet.CARD
    + """output{display:block;margin:18px 0;font-size:36px;text-align:right;overflow:hidden}
section{display:grid;grid-template-columns:repeat(4,1fr);gap:9px}
section button{padding:12px 0;font-size:24px}
section :last-child{grid-column:span 4}
</style>
<main>
<h1>@TITLE</h1>
<output>0</output>
<section></section>
</main>
<script>
const output=document.querySelector('output'),section=document.querySelector('section');
const work={
  '+':(a,b)=>a+b,
  '-':(a,b)=>a-b,
  '*':(a,b)=>a*b,
  '/':(a,b)=>a/b
};
let text,first,sign,fresh;
function clear(){
  text='0';
  first=0;
  sign='';
  fresh=true;
}
function press(key){
  if(key=='C')clear();
  else if(key>='0'&&key<='9'||key=='.'){
    if(fresh)text='';
    fresh=false;
    if(key!='.'||!text.includes('.'))text+=key;
  }else{
    if(sign&&!fresh)text=String(+work[sign](first,+text).toPrecision(12));
    first=+text;
    sign=key=='='?'':key;
    fresh=true;
  }
  output.textContent=text;
}
for(const key of '789/456*123-0.+=C'){
  const button=document.createElement('button');
  button.textContent=key;
  button.onclick=()=>press(key);
  section.append(button);
}
onkeydown=e=>{
  const key=e.key=='Enter'?'=':e.key=='Escape'?'C':e.key;
  if(key.length==1&&'0123456789.+-*/=C'.includes(key)){e.preventDefault();press(key)}
};
clear();
"""
    + sheet.END
)
FAMILY = Family(
    name="calculator",
    artifact_type="html",
    what="a calculator",
    openers=asking.MAKE,
    subjects={
        _EN: (
            "a |calculator",
            "a |calculator page",
            "a |simple calculator",
            "a |pocket calculator",
        ),
        _ZH: ("一个|计算器", "一个|计算器网页", "一个|简单的计算器", "一款|计算器"),
        _RU: ("калькулятор", "простой калькулятор", "страницу с калькулятором"),
        _KO: ("|계산기", "|계산기 페이지", "|간단한 계산기", "|계산기 앱"),
    },
    title={_EN: "Calculator", _ZH: "计算器", _RU: "Калькулятор", _KO: "계산기"},
    template=_PAGE,
    hint={
        _EN: "Click or type; Escape clears.",
        _ZH: "可以点击或用键盘输入，按Esc清除。",
        _RU: "Нажимайте кнопки или клавиши, Escape — сброс.",
        _KO: "클릭하거나 키보드로 입력하고, Esc로 지워요.",
    },
    slots=(sheet.make_color_slot("royalblue"),),
)
