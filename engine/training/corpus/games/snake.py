"""Snake in four languages; in English the page of the first edition, its speed named."""

from engine.training.corpus import snake
from engine.training.corpus.family import Family
from engine.training.corpus.games import canvas
from engine.training.corpus.languages import Language
from engine.training.corpus.slots import ColorSlot, NumberSlot, make_speed_slot

_EN, _ZH, _RU, _KO = Language.ENGLISH, Language.CHINESE, Language.RUSSIAN, Language.KOREAN
_PAGE = (
    snake.PAGE.replace('lang="en"', 'lang="@LANG"')
    .replace("Game over", "@OVER")
    .replace("Press an arrow key or click", "@START")
    .replace("@DELAY", "@SPEED")
)
FAMILY = Family(
    name="snake",
    artifact_type="html",
    what="a Snake game",
    subjects={
        _EN: ("a |Snake game", "|Snake", "a |classic Snake game", "a |game of Snake"),
        _ZH: ("一个|贪吃蛇游戏", "一个|贪吃蛇", "一款|贪吃蛇小游戏", "一个|经典贪吃蛇"),
        _RU: ("змейку", "игру «Змейка»", "игру Змейка", "классическую змейку"),
        _KO: ("|스네이크 게임", "|뱀 게임", "|지렁이 게임", "|스네이크"),
    },
    title={_EN: "Snake", _ZH: "贪吃蛇", _RU: "Змейка", _KO: "스네이크"},
    template=_PAGE,
    hint={
        _EN: "Use the arrow keys or WASD, or click where to turn.",
        _ZH: "用方向键或WASD，或点击要转的方向。",
        _RU: "Управляйте стрелками, WASD или щелчком туда, куда повернуть.",
        _KO: "방향키나 WASD, 또는 클릭으로 방향을 바꿔요.",
    },
    slots=(
        ColorSlot(
            "SNAKE",
            "Snake",
            {_EN: "snake", _ZH: "蛇", _RU: "змейки", _KO: "뱀은"},
            "limegreen",
            main=True,
        ),
        ColorSlot(
            "FOOD",
            "Food",
            {_EN: "food", _ZH: "食物", _RU: "еды", _KO: "먹이는"},
            "tomato",
            chance=0.2,
            plural=True,
        ),
        ColorSlot("BOARD", "Board", canvas.BOARD, "darkslategray", chance=0.2),
        NumberSlot(
            "SIZE",
            "Size",
            {
                _EN: (" with a {v}x{v} board", " on a {v} by {v} grid", ". Board size {v}"),
                _ZH: (",棋盘{v}x{v}", ",{v}乘{v}的格子", ".棋盘大小{v}"),
                _RU: (", поле {v}x{v}", " с полем {v} на {v}", ". Размер поля {v}"),
                _KO: (", {v}x{v} 판", ". 판 크기는 {v}", ", {v}x{v} 크기로"),
            },
            numbers=(10, 12, 14, 18, 20, 24),
            held_out=(22,),
            default=16,
            chance=0.2,
        ),
        make_speed_slot("200", "130", "80"),
    ),
    words={
        "OVER": canvas.OVER,
        "START": {
            _EN: "Press an arrow key or click",
            _ZH: "按方向键或点击",
            _RU: "Нажмите стрелку или экран",
            _KO: "방향키를 누르거나 클릭하세요",
        },
    },
)
