"""Memory: one page with the color of the cards and the number of pairs."""

from engine.training.corpus.family import Family
from engine.training.corpus.games import cards
from engine.training.corpus.languages import Language
from engine.training.corpus.slots import ColorSlot, NumberSlot

_EN, _ZH, _RU, _KO = Language.ENGLISH, Language.CHINESE, Language.RUSSIAN, Language.KOREAN
_PAGE = (
    cards.HEAD
    + """main{display:flex;flex-wrap:wrap;justify-content:center;width:min(96vw,84vmin)}
main button{padding:0;width:12vmin;height:12vmin;font-size:6vmin;background:@CARDS;transition:.3s}
main .open{background:#333;rotate:y 180deg}
main span{display:none}
main .open span{display:block;rotate:y 180deg}
"""
    + cards.BODY
    + """const pairs=@PAIRS,signs='★●▲◆♥♣♠♦☀☂☎♪✚✿☾✈☕⚑'.slice(0,pairs);
const main=document.querySelector('main'),note=document.querySelector('p');
let open,found,moves;
function reset(){
  open=[];
  found=moves=0;
  const deck=[...signs+signs].map(sign=>[Math.random(),sign]).sort().map(card=>card[1]);
  main.innerHTML=deck.map((sign,i)=>`<button aria-label="${i+1}"><span>${sign}</span></button>`)
    .join('');
  tell();
}
function tell(){note.textContent=found==pairs?'@WON '+moves:'@MOVES: '+moves}
function close(){
  for(const card of open)card.className='';
  open=[];
}
main.onclick=e=>{
  const card=e.target.closest('button');
  if(!card||card.className||open.length>1)return;
  card.className='open';
  open.push(card);
  if(open.length<2)return;
  moves++;
  if(open[0].textContent==open[1].textContent){open=[];found++}
  else setTimeout(close,900);
  tell();
};
"""
    + cards.END
)
FAMILY = Family(
    name="memory",
    artifact_type="html",
    what="a memory game",
    subjects={
        _EN: ("a |memory game", "a |memory card game", "a |matching pairs game"),
        _ZH: ("一个|记忆翻牌游戏", "一个|翻牌配对游戏", "一款|记忆游戏", "一个|找对子的翻牌游戏"),
        _RU: ("игру на память", "игру «Мемори»", "игру с парными карточками", "мемори"),
        _KO: ("|메모리 게임", "|카드 짝 맞추기 게임", "|기억력 게임", "|짝 맞추기 게임"),
    },
    title={_EN: "Memory", _ZH: "记忆翻牌", _RU: "Мемори", _KO: "짝 맞추기"},
    template=_PAGE,
    hint={
        _EN: "Find the pairs: click two cards at a time.",
        _ZH: "每次点开两张牌，找出所有对子。",
        _RU: "Найдите пары: открывайте по две карточки.",
        _KO: "카드를 두 장씩 뒤집어 짝을 찾아요.",
    },
    slots=(
        ColorSlot(
            "CARDS",
            "Cards",
            {_EN: "cards", _ZH: "卡片", _RU: "карточек", _KO: "카드는"},
            "royalblue",
            chance=0.4,
            plural=True,
            main=True,
        ),
        NumberSlot(
            "PAIRS",
            "Pairs",
            {
                _EN: (" with {v} pairs", ". Use {v} pairs", ", {v} pairs"),
                _ZH: (",{v}对牌", ",一共{v}对", ".用{v}对卡片", ",要{v}对"),
                _RU: (", пар: {v}", ". Число пар: {v}", ", {v} пар"),
                _KO: (", {v}쌍", ". 카드는 {v}쌍", ", 짝은 {v}개", ". {v}쌍으로 해 줘"),
            },
            numbers=(6, 9, 10, 12, 14, 15, 16),
            held_out=(7, 11),
            default=8,
            chance=0.4,
        ),
    ),
    words={
        "AGAIN": cards.AGAIN,
        "WON": cards.WON,
        "MOVES": {_EN: "Moves", _ZH: "步数", _RU: "Ходы", _KO: "시도"},
    },
)
