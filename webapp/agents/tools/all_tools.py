"""The tools of an agent that makes things, in the order in which the model reads of them."""

from webapp.agents.base import Tool
from webapp.agents.tools import (
    artifact_create,
    artifact_edit,
    artifact_read,
    artifact_rewrite,
    deck_create,
    insert_page,
    move_page,
    remove_pages,
    set_theme,
    undo,
    update_page,
)

ARTIFACT_TOOLS: tuple[Tool, ...] = (
    artifact_create.TOOL,
    artifact_edit.TOOL,
    artifact_rewrite.TOOL,
    artifact_read.TOOL,
    deck_create.TOOL,
    insert_page.TOOL,
    update_page.TOOL,
    remove_pages.TOOL,
    move_page.TOOL,
    set_theme.TOOL,
    undo.TOOL,
)
