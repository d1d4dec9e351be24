"""Uses made pages as a person would: types, clicks, and says what does not work."""

from engine.training.corpus.family import Request
from engine.training.evaluation.browser import Stage, Theater


def play_calculator(theater: Theater, request: Request, content: str) -> list[str]:
    """Numbers and signs by keys, then by clicks."""
    del request
    with theater.stage(content) as stage:
        stage.page.keyboard.type("7*8=")
        typed = read_text(stage, "output")
        stage.press("Escape")
        for key in ("1", "2", ".", "5", "+", "3", "="):
            stage.page.get_by_role("button", name=key, exact=True).click()
        clicked = read_text(stage, "output")
        problems = [] if typed == "56" else [f"7 * 8 is {typed!r}"]
        problems += [] if clicked == "15.5" else [f"12.5 + 3 is {clicked!r}"]
        return problems + stage.errors


def play_clock(theater: Theater, request: Request, content: str) -> list[str]:
    """It goes on by itself."""
    del request
    with theater.stage(content) as stage:
        before = stage.page.locator("main").inner_html()
        stage.run(2500)
        stands = stage.page.locator("main").inner_html() == before
        return (["the clock stands still"] if stands else []) + stage.errors


def play_todo_list(theater: Theater, request: Request, content: str) -> list[str]:
    """An item is added, ticked off and removed."""
    with theater.stage(content) as stage:
        items = stage.page.locator("li")
        given = len(request.values["ITEMS"].split(", "))
        problems = [] if items.count() == given else [f"there are {items.count()} items"]
        stage.page.locator("input").fill("Zebra")
        stage.press("Enter")
        if "Zebra" not in read_text(stage, "ul"):
            problems.append("nothing can be added")
        items.last.locator("button").first.click()
        if "line-through" not in items.last.locator("span").evaluate(
            "text => getComputedStyle(text).textDecoration"
        ):
            problems.append("nothing can be ticked off")
        items.last.locator("button").last.click()
        if "Zebra" in read_text(stage, "ul"):
            problems.append("nothing can be removed")
        return problems + stage.errors


def play_quiz(theater: Theater, request: Request, content: str) -> list[str]:
    """Right answers count, a wrong one does not."""
    answers = [row.rsplit(" ", 1)[1] for row in request.values["QUESTIONS"].split(" | ")]
    with theater.stage(content) as stage:
        inputs = stage.page.locator("input")
        if inputs.count() != len(answers):
            return [f"there are {inputs.count()} questions"]
        for index, answer in enumerate(answers):
            inputs.nth(index).fill(answer)
        stage.page.locator("button").click()
        full = f"{len(answers)} / {len(answers)}"
        problems = [] if full in read_text(stage, "output") else ["right answers do not count"]
        inputs.nth(0).fill("?")
        stage.page.locator("button").click()
        if full in read_text(stage, "output"):
            problems.append("a wrong answer counts")
        return problems + stage.errors


def play_landing_page(theater: Theater, request: Request, content: str) -> list[str]:
    """Its link leads somewhere without an error."""
    del request
    with theater.stage(content) as stage:
        stage.page.locator("a").click()
        return list(stage.errors)


def read_text(stage: Stage, selector: str) -> str:
    """The visible text of the first element that `selector` finds."""
    return stage.page.locator(selector).first.inner_text().strip()
