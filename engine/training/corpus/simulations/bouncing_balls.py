"""Bouncing balls: how many, their color, how strongly they are pulled down."""

from engine.training.corpus import asking
from engine.training.corpus.family import Family
from engine.training.corpus.games.canvas import BOARD
from engine.training.corpus.languages import Language
from engine.training.corpus.simulations import canvas
from engine.training.corpus.slots import IN_SCRIPT, ChoiceSlot, ColorSlot, NumberSlot

_EN, _ZH, _RU, _KO = Language.ENGLISH, Language.CHINESE, Language.RUSSIAN, Language.KOREAN
_PAGE = (
    canvas.HEAD
    + """const ballColor='@BALLS',boardColor='@BOARD',count=@COUNT,gravity=@GRAVITY;
let balls;
function reset(){
  balls=[...Array(count)].map(()=>({
    x:2+Math.random()*26,y:2+Math.random()*9,vx:Math.random()*.4-.2,vy:0,r:.4+Math.random()*.6
  }));
}
function stir(){
  for(const b of balls){b.vx=Math.random()*.6-.3;b.vy=-Math.random()*.6}
}
function move(t){
  for(const b of balls){
    b.vy+=gravity*t;
    b.x+=b.vx*t;
    b.y+=b.vy*t;
    if(b.x<b.r||b.x>wide-b.r)b.vx=Math.abs(b.vx)*(b.x<9?1:-1);
    if(b.y>18-b.r){b.y=18-b.r;b.vy=-Math.abs(b.vy)*.99}
    if(b.y<b.r)b.vy=Math.abs(b.vy);
  }
}
"""
    + canvas.PAINT
    + """function draw(){
  paintBoard();
  box(0,18,wide,.1,'#fff4',0);
  for(const b of balls){
    box(b.x-b.r,b.y-b.r,b.r*2,b.r*2,ballColor,b.r);
    box(b.x-b.r*.5,b.y-b.r*.6,b.r*.5,b.r*.4,'#fff9',b.r*.2);
  }
  tell();
}
"""
    + canvas.LOOP
)
FAMILY = Family(
    name="bouncing_balls",
    artifact_type="html",
    what="a simulation of bouncing balls",
    openers=asking.MAKE,
    subjects={
        _EN: ("a |bouncing balls simulation", "a |simulation of bouncing balls", "|bouncing balls"),
        _ZH: ("一个|弹跳小球模拟", "一个|小球弹跳动画", "一个|弹球模拟", "一些|弹跳的小球"),
        _RU: ("симуляцию прыгающих мячей", "прыгающие мячи", "симуляцию прыгающих шариков"),
        _KO: ("|튀는 공 시뮬레이션", "|공 튀기기 시뮬레이션", "|통통 튀는 공들"),
    },
    title={_EN: "Bouncing Balls", _ZH: "弹跳小球", _RU: "Прыгающие мячи", _KO: "튀는 공"},
    template=_PAGE,
    hint=canvas.HINT,
    slots=(
        NumberSlot(
            "COUNT",
            "Balls",
            {
                _EN: (" with {v} balls", ". Use {v} balls", ", {v} balls", ". I want {v} balls"),
                _ZH: (",{v}个球", ",要{v}个小球", ",一共{v}个", ".球的数量：{v}"),
                _RU: (", мячей: {v}", ". Число мячей: {v}", ", количество — {v}"),
                _KO: (", 공은 {v}개", ". 공 {v}개로 해 줘", ", {v}개", ", 개수는 {v}"),
            },
            numbers=tuple(n for n in range(2, 100) if n % 10 != 7),
            held_out=tuple(range(7, 100, 10)),
            default=20,
            chance=0.5,
        ),
        ColorSlot(
            "BALLS",
            "Color",
            {_EN: "balls", _ZH: "小球", _RU: "мячей", _KO: "공은"},
            "gold",
            chance=0.4,
            plural=True,
            main=True,
        ),
        ColorSlot("BOARD", "Background", BOARD, "navy", chance=0.2),
        ChoiceSlot(
            "GRAVITY",
            "Gravity",
            {
                "weak": {
                    _EN: (" with weak gravity", ", low gravity", ". Gravity like on the Moon"),
                    _ZH: (",重力小一点", ",低重力", ".像月球上的重力"),
                    _RU: (
                        ", слабая гравитация",
                        " со слабой гравитацией",
                        ". Гравитация как на Луне",
                    ),
                    _KO: (", 중력은 약하게", ", 약한 중력으로", ". 달처럼 약한 중력으로"),
                },
                "strong": {
                    _EN: (" with strong gravity", ", high gravity", ". Make gravity strong"),
                    _ZH: (",重力大一点", ",高重力", ".重力要强"),
                    _RU: (", сильная гравитация", " с сильной гравитацией", ". Гравитация сильная"),
                    _KO: (", 중력은 강하게", ", 강한 중력으로", ". 중력을 세게 해 줘"),
                },
            },
            "normal",
            {"weak": ".004", "normal": ".02", "strong": ".05"},
            naming=IN_SCRIPT,
        ),
    ),
    words=canvas.WORDS,
)
