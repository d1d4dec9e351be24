"""A page with the scores of a run and a picture of one right thing of each family."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.training.corpus.languages import Language
from engine.training.evaluation.browser import Theater
from engine.training.evaluation.browsing import list_sheets
from engine.training.evaluation.cases import Case
from engine.training.evaluation.looks import as_document
from engine.training.evaluation.sheets import size_document
from engine.training.evaluation.verdicts import Attempt

PAGE, PICTURES = "glm-nano.md", "images/glm-nano"
_THING_PIXELS = {"width": 600, "height": 450}
_COLUMNS = 4
_BEFORE_PICTURE_MS = 1500
_HEAD = """\
# What glm-nano makes, and how often it is right

Written by `python -m engine.training.evaluate --report docs`: {right} of {total} cases that the
corpus never holds are right, at temperature {temperature}; {first} of {changes} changes fitted the
first time. How a case is judged stands in [Train a model](train-a-model.md#evaluate).
"""


class ReportWriter:
    """Gathers pictures, then writes the page into a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pictures: dict[str, str] = {}

    def picture(self, theater: Theater, case: Case, attempt: Attempt) -> None:
        """Keep how the thing of the case looks, if it is its family's first."""
        if case.family in self._pictures or not attempt.workshop.contents():
            return
        made = list(attempt.workshop.contents().values())[-1]
        path = self._folder / PICTURES / f"{case.family}.jpeg"
        path.parent.mkdir(parents=True, exist_ok=True)
        document, size = _show(made)
        with theater.stage(document) as stage:
            stage.page.set_viewport_size(size)
            stage.run(_BEFORE_PICTURE_MS)
            stage.page.screenshot(path=path, type="jpeg", quality=55)
        self._pictures[case.family] = case.right.prompt

    def write(self, scores: Mapping[str, Any]) -> None:
        """Write the page beside its pictures."""
        first = scores["first_time"]
        head = _HEAD.format(
            first=first["right"],
            changes=first["total"],
            **{key: scores[key] for key in ("right", "total", "temperature")},
        )
        parts = [head, *_list_extra(scores), _draw_table(scores), self._draw_pictures()]
        (self._folder / PAGE).write_text("\n".join(parts), encoding="utf-8")

    def _draw_pictures(self) -> str:
        cells = [
            f"![{family}]({PICTURES}/{family}.jpeg)<br>{_one_line(prompt)}"
            for family, prompt in self._pictures.items()
        ]
        lines = ["| " + " | ".join([""] * _COLUMNS) + " |", "|---" * _COLUMNS + "|"]
        for start in range(0, len(cells), _COLUMNS):
            row = cells[start : start + _COLUMNS]
            lines.append("| " + " | ".join(row + [""] * (_COLUMNS - len(row))) + " |")
        return "\n".join(["## Made by it", "", *lines, ""])


def _show(made: tuple[object, ...]) -> tuple[str, Any]:
    """The document of a thing, of a deck its first page, and the window for it."""
    sheets = list_sheets(made)
    if sheets:
        content, (width, height) = sheets[0]
        return size_document(content, width, height), {"width": width, "height": height}
    kind, title, _, content = (str(part) for part in made)
    return as_document(kind, title, content), _THING_PIXELS


def _list_extra(scores: Mapping[str, Any]) -> list[str]:
    lines = []
    if "copying" in scores:
        copying = scores["copying"]
        lines.append(f"* Copied exactly: {copying['right']} of {copying['total']} open values.")
    if "in_talk" in scores:
        talks = scores["in_talk"]
        lines.append(f"* In the middle of a talk: {talks['right']} of {talks['total']} right.")
    if "written" in scores:
        written = scores["written"]
        lines.append(f"* Prompts written by hand: {written['right']} of {written['total']} right.")
    if "talks" in scores:
        talks = scores["talks"]
        lines.append(
            f"* Talks written by hand: {talks['right']} of {talks['total']} answers right,"
            f" {talks['talks']} of them from the first to the last."
        )
    return [*lines, ""]


def _draw_table(scores: Mapping[str, Any]) -> str:
    languages = [language.value for language in Language]
    rows = ["| Family | " + " | ".join([*languages, "all"]) + " |", "|---" * 6 + "|"]
    for family, count in scores["families"].items():
        cells = [scores["cells"].get(f"{family} {language}") for language in languages]
        rows.append("| " + " | ".join([f"`{family}`", *map(_share, [*cells, count])]) + " |")
    counts = [scores["languages"].get(language) for language in languages]
    rows.append("| all | " + " | ".join(map(_share, [*counts, scores])) + " |")
    return "\n".join(["## Right answers", "", *rows, ""])


def _share(count: Mapping[str, Any] | None) -> str:
    return f"{count['right']}/{count['total']}" if count else ""


def _one_line(text: str) -> str:
    return " ".join(text.replace("|", "/").split())[:120]
