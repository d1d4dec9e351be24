"""2048: one page with the color of the tiles and the size of the board."""

from engine.training.corpus.family import Family
from engine.training.corpus.games import cards
from engine.training.corpus.games.canvas import OVER
from engine.training.corpus.languages import Language
from engine.training.corpus.slots import ColorSlot, NumberSlot

_EN, _ZH, _RU, _KO = Language.ENGLISH, Language.CHINESE, Language.RUSSIAN, Language.KOREAN
_PAGE = (
    cards.HEAD
    + """main{grid-template:repeat(@SIZE,1fr)/repeat(@SIZE,1fr);width:68vmin;height:68vmin}
main div{display:grid;place-items:center;border-radius:9px;background:#333;font-weight:bold}
main div{border:.5vmin solid #333}
"""
    + cards.BODY
    + """const tileColor='@TILES',size=@SIZE;
const main=document.querySelector('main'),note=document.querySelector('p');
const lanes={
  ArrowLeft:(k,j)=>k*size+j,
  ArrowRight:(k,j)=>k*size+size-1-j,
  ArrowUp:(k,j)=>j*size+k,
  ArrowDown:(k,j)=>(size-1-j)*size+k
};
let cells,score,start;
function add(){
  const free=[...cells.keys()].filter(i=>!cells[i]);
  cells[free[Math.floor(Math.random()*free.length)]]=Math.random()<.9?2:4;
}
function reset(){
  cells=Array(size*size).fill(0);
  score=0;
  add();
  add();
  draw();
}
function slide(lane){
  const old=cells+'';
  for(let k=0;k<size;k++){
    const at=[...Array(size).keys()].map(j=>lane(k,j));
    const row=at.map(i=>cells[i]).filter(v=>v);
    for(let j=0;j<row.length-1;j++)if(row[j]==row[j+1]){
      row[j]*=2;
      score+=row[j];
      row.splice(j+1,1);
    }
    at.forEach((i,j)=>cells[i]=row[j]||0);
  }
  if(cells+''!=old)add();
  draw();
}
function isStuck(){
  return cells.every((v,i)=>v&&v!=cells[i+size]&&((i+1)%size==0||v!=cells[i+1]));
}
function draw(){
  main.innerHTML=cells.map(v=>{
    const share=v?22+Math.log2(v):0;
    const fill=`color-mix(in srgb,${tileColor} ${share}%,#222)`;
    const style=v?`background:${fill};border-color:${tileColor}`:'';
    return `<div style="${style};font-size:${v>999?22/size:30/size}vmin">${v||''}</div>`;
  }).join('');
  note.textContent=isStuck()?'@OVER: '+score:score;
}
onkeydown=e=>{
  if(lanes[e.key]){e.preventDefault();slide(lanes[e.key])}
};
main.onpointerdown=e=>start=e;
onpointerup=e=>{
  if(!start)return;
  const x=e.clientX-start.clientX,y=e.clientY-start.clientY;
  start=null;
  if(Math.abs(x)+Math.abs(y)<20)return;
  if(Math.abs(x)>Math.abs(y))slide(x<0?lanes.ArrowLeft:lanes.ArrowRight);
  else slide(y<0?lanes.ArrowUp:lanes.ArrowDown);
};
"""
    + cards.END
)
FAMILY = Family(
    name="merge_2048",
    artifact_type="html",
    what="a 2048 game",
    subjects={
        _EN: ("a |2048 game", "|2048", "a |game of 2048", "a |2048 puzzle", "the game |2048"),
        _ZH: ("一个|2048游戏", "一个|2048", "一款|2048小游戏", "一个|数字合并游戏2048"),
        _RU: ("игру 2048", "2048", "игру «2048»", "головоломку 2048"),
        _KO: ("|2048 게임", "|2048", "|2048 퍼즐", "|2048 퍼즐 게임"),
    },
    title={_EN: "2048", _ZH: "2048", _RU: "2048", _KO: "2048"},
    template=_PAGE,
    hint={
        _EN: "Slide the tiles with the arrow keys or by swiping.",
        _ZH: "用方向键或滑动来移动方块。",
        _RU: "Сдвигайте плитки стрелками или пальцем.",
        _KO: "방향키나 손가락으로 타일을 밀어요.",
    },
    slots=(
        ColorSlot(
            "TILES",
            "Tiles",
            {_EN: "tiles", _ZH: "方块", _RU: "плиток", _KO: "타일은"},
            "orange",
            chance=0.4,
            plural=True,
            main=True,
        ),
        NumberSlot(
            "SIZE",
            "Size",
            {
                _EN: (" with a {v}x{v} board", " on a {v} by {v} grid", ". Board size {v}"),
                _ZH: (",棋盘{v}x{v}", ",{v}乘{v}的格子", ".棋盘大小{v}"),
                _RU: (", поле {v}x{v}", " с полем {v} на {v}", ". Размер поля {v}"),
                _KO: (", {v}x{v} 판", ". 판 크기는 {v}", ", {v}x{v} 크기로"),
            },
            numbers=(3, 5, 6, 8),
            held_out=(7,),
            default=4,
            chance=0.35,
        ),
    ),
    words={"OVER": OVER, "AGAIN": cards.AGAIN},
)
