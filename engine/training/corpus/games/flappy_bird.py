"""Flappy Bird in four languages; in English the page of the first edition, its speed named."""

from engine.training.corpus import flappy_bird
from engine.training.corpus.family import Family
from engine.training.corpus.games import canvas
from engine.training.corpus.languages import Language
from engine.training.corpus.slots import ColorSlot, make_speed_slot

_EN, _ZH, _RU, _KO = Language.ENGLISH, Language.CHINESE, Language.RUSSIAN, Language.KOREAN
_PAGE = (
    flappy_bird.PAGE.replace('lang="en"', 'lang="@LANG"')
    .replace("Game over", "@OVER")
    .replace("Press Space or click", "@START")
)
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
