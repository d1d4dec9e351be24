"""The tools that glm-nano calls, named and ordered as the product has them.

The chat template shows the model their names only. `artifact_rewrite` is left out: nothing in the
corpus is worth writing twice.
"""

from engine.protocol import ToolSpec


def _tool(name: str, description: str, *parameters: str) -> ToolSpec:
    """A tool with text parameters; those that may be left out are marked by a `?`."""
    names = [parameter.rstrip("?") for parameter in parameters]
    required = [name for name in parameters if not name.endswith("?")]
    properties = {name: {"type": "string"} for name in names}
    schema = {"type": "object", "properties": properties, "required": required}
    return ToolSpec(name=name, description=description, parameters=schema)


ARTIFACT_CREATE = _tool(
    "artifact_create", "Create an artifact.", "id", "type", "title", "size?", "content"
)
ARTIFACT_EDIT = _tool("artifact_edit", "Change some lines of an artifact.", "id", "base?", "edits")
ARTIFACT_READ = _tool("artifact_read", "Read lines of an artifact.", "id", "page?", "lines?")
DECK_CREATE = _tool("deck_create", "Begin a deck.", "id", "title", "theme?", "outline?")
INSERT_PAGE = _tool(
    *("insert_page", "Put a page into a deck.", "deck", "position", "title", "notes?"),
    *("sources?", "content"),
)
UPDATE_PAGE = _tool(
    *("update_page", "Change a page of a deck.", "deck", "position?", "page_id?", "mode"),
    *("title?", "notes?", "sources?", "edits?", "content?"),
)
REMOVE_PAGES = _tool("remove_pages", "Take pages out of a deck.", "deck", "positions")
MOVE_PAGE = _tool("move_page", "Put a page at another place.", "deck", "from", "to")
SET_THEME = _tool("set_theme", "Show a deck in another theme.", "deck", "theme")
UNDO = _tool("undo", "Bring an artifact back to how it was before the latest change.", "id")
WEB_SEARCH = _tool("web_search", "Search the web; answers numbered sources.", "query")

ARTIFACT_TOOLS: tuple[ToolSpec, ...] = (
    *(ARTIFACT_CREATE, ARTIFACT_EDIT, ARTIFACT_READ, DECK_CREATE, INSERT_PAGE, UPDATE_PAGE),
    *(REMOVE_PAGES, MOVE_PAGE, SET_THEME, UNDO),
)
SEARCH_TOOLS: tuple[ToolSpec, ...] = (*ARTIFACT_TOOLS, WEB_SEARCH)
