"""Talks written by hand, as people type them who have just opened the page. Data only.

They are what is tried first, so the corpus may draw one as short as "undo that" too; it holds none
of the talks, and nothing was left out of them because it went wrong.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message, and what there must be afterwards.

    `kind` is the type of the one thing that is made or changed, "" if nothing may be. `holds` are
    words of its text, `lacks` such that must not be there; of a deck all pages count. Empty fields
    are not checked.
    """

    text: str
    kind: str = ""
    title: str = ""
    holds: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    pages: int = 0
    theme: str = ""
    says: tuple[str, ...] = ()


Talk = tuple[Wanted, ...]
_HONEST = ("small demonstration model",)
TALKS: tuple[Talk, ...] = (
    (
        Wanted("Make a Snake game", "html", holds=("snakeColor",)),
        Wanted("Make the snake purple", "html", holds=("snakeColor='purple'", "snakeColor")),
        Wanted("make it faster", "html", holds=("Speed: fast", "snakeColor='purple'")),
        Wanted("rename it to Green Garden", "html", holds=("<title>Green Garden</title>",)),
        Wanted("undo that", "html", lacks=("Green Garden",)),
    ),
    (
        Wanted("Create a flappy bird game with a red bird", "html", holds=("'red'",)),
        Wanted("thanks!", says=("welcome",)),
    ),
    (
        Wanted(
            "Build me a todo list for my shopping: milk, bread, eggs",
            "html",
            holds=("<li>milk</li>", "<li>bread</li>", "<li>eggs</li>"),
        ),
        Wanted("now make a clock", "html"),
    ),
    (
        Wanted(
            "Make a poster for my birthday party on June 12 at Anna's house",
            "poster",
            holds=("June 12", "Anna's house"),
        ),
        Wanted("change the date to June 13", "poster", holds=("June 13",), lacks=("June 12",)),
        Wanted("in green please", "poster", holds=("#1d6b34",)),
    ),
    (
        Wanted("Make a presentation about black holes, 4 slides", "deck", pages=4),
        Wanted("Change the title of slide 2 to Gravity", "deck", holds=("<h1>Gravity</h1>",)),
        Wanted("make it blue", "deck", pages=4, theme="Ocean"),
        Wanted("remove the last page", "deck", pages=3),
    ),
    (
        Wanted("Make 5 slides about Volcanoes in green", "deck", pages=5, theme="Forest"),
        Wanted("change the title of page 3 to Magma", "deck", holds=("<h1>Magma</h1>",), pages=5),
    ),
    (
        Wanted(
            "Draw a bar chart of apples 12, pears 7, plums 20",
            "svg",
            holds=(">apples<", ">12<", ">pears<", ">7<", ">plums<", ">20<"),
        ),
        Wanted("make the bars orange", "svg", holds=("orange",)),
    ),
    (
        Wanted("Make a quiz about space", says=_HONEST),
        Wanted("What is the capital of France?", says=_HONEST),
        Wanted("ok then make tic tac toe", "html"),
    ),
    (
        Wanted(
            "Make a landing page for my coffee shop called Bean There",
            "html",
            title="Bean There",
            holds=("<h1>Bean There</h1>",),
        ),
    ),
    (
        Wanted("Create a logo with the text NOVA", "svg", title="NOVA", holds=("NOVA",)),
        Wanted("can you make a game of Pong too?", "html", holds=("paddleColor",)),
    ),
    (
        Wanted("Make a poster for a jazz concert", "poster", title="Jazz Concert"),
        Wanted("and a deck about the moon with 3 slides", "deck", pages=3),
    ),
    (
        Wanted(
            "Make slides from these notes: we sold 120 bikes; the new shop opens in May; hire two"
            " people",
            "deck",
            holds=("we sold 120 bikes", "the new shop opens in May", "hire two people"),
            pages=4,
        ),
    ),
    (
        Wanted("Draw a landscape with mountains at night", "svg", holds=("Time: night",)),
        Wanted("what's the weather like tomorrow?", says=_HONEST),
    ),
    (Wanted("Simulate 30 bouncing balls in a gold color", "html", holds=("30", "gold")),),
    (
        Wanted("Make a website for a bakery", "html", title="Bakery"),
        Wanted("Make Tetris", says=_HONEST),
    ),
    (
        Wanted("做一个关于火山的5页幻灯片", "deck", pages=5, holds=("火山",)),
        Wanted("把第2页的标题改成岩浆", "deck", pages=5, holds=("<h1>岩浆</h1>",)),
    ),
    (Wanted("画一个心形图标，红色", "svg", holds=("Sign: heart", "red")),),
    (
        Wanted("Сделай игру змейка под названием Лесной Змей", "html", title="Лесной Змей"),
        Wanted("сделай змейку красной", "html", holds=("snakeColor='red'",)),
    ),
    (
        Wanted("테트리스 만들어 줘"),
        Wanted("그럼 2048 게임 만들어 줘", "html"),
    ),
    (
        Wanted(
            "Make a deck about the solar system with 6 slides in dark theme",
            "deck",
            pages=6,
            theme="Midnight",
        ),
        Wanted("Thank you, that was great", says=("welcome",)),
    ),
)
