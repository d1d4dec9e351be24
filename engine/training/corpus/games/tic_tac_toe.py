"""Tic-tac-toe against the computer: one page with the colors of X, O and the board."""

from engine.training.corpus.family import Family
from engine.training.corpus.games import cards
from engine.training.corpus.languages import Language
from engine.training.corpus.slots import ColorSlot

_EN, _ZH, _RU, _KO = Language.ENGLISH, Language.CHINESE, Language.RUSSIAN, Language.KOREAN
_PAGE = (
    cards.HEAD
    + """main{grid-template-columns:repeat(3,20vmin);grid-auto-rows:20vmin}
main button{padding:0;font:bold 12vmin system-ui;background:#333;border:.5vmin solid @BOARD}
main .X{background:color-mix(in srgb,@CROSSES 36%,#222);border-color:@CROSSES}
main .O{background:color-mix(in srgb,@NOUGHTS 36%,#222);border-color:@NOUGHTS}
"""
    + cards.BODY
    + """const main=document.querySelector('main'),note=document.querySelector('p');
const lines=['012','345','678','036','147','258','048','246'];
let cells,over;
function reset(){cells=Array(9).fill('');over=false;draw('@TURN')}
function find(mark,count){
  return lines.find(l=>{
    const row=[...l].map(i=>cells[i]);
    return row.filter(m=>m==mark).length==count&&row.filter(m=>m).length==count;
  });
}
function answer(){
  const line=find('O',2)||find('X',2),free=[...cells.keys()].filter(i=>!cells[i]);
  const middle=cells[4]?free[Math.floor(Math.random()*free.length)]:4;
  cells[line?[...line].find(i=>!cells[i]):middle]='O';
}
function isDone(){return find('X',3)||find('O',3)||cells.every(m=>m)}
function play(i){
  if(over)return reset();
  if(cells[i])return;
  cells[i]='X';
  if(!isDone())answer();
  over=isDone();
  draw(!over?'@TURN':find('X',3)?'@WON':find('O',3)?'@LOST':'@DRAW');
  main.children[i].focus();
}
function draw(text){
  note.textContent=text;
  main.innerHTML=cells.map((m,i)=>
    `<button class="${m}" onclick="play(${i})" aria-label="${i+1} ${m}">${m}</button>`
  ).join('');
}
onkeydown=e=>{
  if(e.key>0)play(e.key-1);
};
"""
    + cards.END
)
FAMILY = Family(
    name="tic_tac_toe",
    artifact_type="html",
    what="a tic-tac-toe game",
    subjects={
        _EN: ("a |tic-tac-toe game", "|tic-tac-toe", "a |noughts and crosses game"),
        _ZH: ("一个|井字棋游戏", "一个|井字棋", "一款|井字棋小游戏", "一个|三子棋游戏"),
        _RU: ("крестики-нолики", "игру крестики-нолики", "игру «Крестики-нолики»"),
        _KO: ("|틱택토 게임", "|틱택토", "|삼목 게임", "|틱택토 한 판"),
    },
    title={_EN: "Tic-Tac-Toe", _ZH: "井字棋", _RU: "Крестики-нолики", _KO: "틱택토"},
    template=_PAGE,
    hint={
        _EN: "You are X. Click a field or press 1 to 9.",
        _ZH: "你是X。点击格子或按1到9。",
        _RU: "Вы играете за X. Нажмите на клетку или клавишу от 1 до 9.",
        _KO: "당신은 X예요. 칸을 누르거나 1부터 9까지 눌러요.",
    },
    slots=(
        ColorSlot("CROSSES", "X", {_EN: "X", _ZH: "X", _RU: "X", _KO: "X는"}, "gold"),
        ColorSlot("NOUGHTS", "O", {_EN: "O", _ZH: "O", _RU: "O", _KO: "O는"}, "turquoise"),
        ColorSlot(
            "BOARD",
            "Board",
            {_EN: "board", _ZH: "棋盘", _RU: "поля", _KO: "판은"},
            "gray",
            main=True,
        ),
    ),
    words={
        "AGAIN": cards.AGAIN,
        "WON": cards.WON,
        "LOST": {_EN: "You lose!", _ZH: "你输了！", _RU: "Поражение!", _KO: "졌어요!"},
        "DRAW": {_EN: "A draw!", _ZH: "平局！", _RU: "Ничья!", _KO: "무승부!"},
        "TURN": {_EN: "Your turn", _ZH: "轮到你了", _RU: "Ваш ход", _KO: "당신 차례"},
    },
)
