"""Calls of the artifact tools with the results that the product gives, word for word."""

from engine.training.corpus.turns import Step, Stub


def count(number: int, noun: str) -> str:
    """`1 line`, `2 lines`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def create_step(
    name: str, kind: str, title: str, content: str, *, version: int = 1, size: str = ""
) -> Step:
    """A whole document; `size` for posters."""
    arguments = {"id": name, "type": kind, "title": title}
    stub = {**arguments, "content": f"[{name} version {version}]"}
    if size:
        arguments["size"] = size
    result = f"Created {name} version {version}."
    return Step(
        tool="artifact_create",
        arguments={**arguments, "content": content},
        result=result,
        stub=Stub(arguments=stub, result=result),
    )


def read_step(name: str, content: str, *, version: int, first: int = 0, last: int = 0) -> Step:
    """Lines `first` to `last` of a document, counted from 1; all if `first` is 0."""
    lines = content.split("\n")
    arguments = {"id": name}
    if first:
        arguments["lines"] = str(first) if first == last else f"{first}-{last}"
    else:
        first, last = 1, len(lines)
    told = [f"{name} version {version}: {count(len(lines), 'line')}."]
    told += [f"{number}| {lines[number - 1]}" for number in range(first, last + 1)]
    return Step(tool="artifact_read", arguments=arguments, result="\n".join(told))


def edit_step(name: str, edits: str, *, version: int, changed_lines: int) -> Step:
    """A change of some lines that makes `version`."""
    changed = f"Changed {count(changed_lines, 'line')}."
    result = f"Edited {name} version {version}. {changed}"
    stub = {"id": name, "edits": f"[{name} version {version}]"}
    return Step(
        tool="artifact_edit",
        arguments={"id": name, "edits": edits},
        result=result,
        stub=Stub(arguments=stub, result=result),
    )


def undo_step(name: str, *, version: int, restored: int) -> Step:
    """Back to the state of version `restored`, stored as `version`."""
    first = f"Restored {name} version {version}."
    return Step(
        tool="undo",
        arguments={"id": name},
        result=f"{first} It is as in version {restored}.",
        stub=Stub(arguments={"id": name}, result=f"{first} Back to version {restored}."),
    )


def refused_edit_step(name: str, edits: str, content: str, line: int) -> Step:
    """An edit whose old lines stand nowhere, with the lines around `line` as the nearest; it is a
    slip to be read, not learned."""
    lines = content.split("\n")
    shown = range(max(1, line - 2), min(len(lines), line + 2) + 1)
    told = ["Error: Block 1: The lines of SEARCH are not in the document. The nearest lines are:"]
    told += [f"{number}| {lines[number - 1]}" for number in shown]
    return Step(
        tool="artifact_edit",
        arguments={"id": name, "edits": edits},
        result="\n".join([*told, "Nothing was changed."]),
        is_given=True,
    )
