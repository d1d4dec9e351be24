"""Names of tools: ours, and those that a model may know from elsewhere."""

ARTIFACT_CREATE = "artifact_create"
ARTIFACT_EDIT = "artifact_edit"
ARTIFACT_REWRITE = "artifact_rewrite"
ARTIFACT_READ = "artifact_read"
DECK_CREATE = "deck_create"
INSERT_PAGE = "insert_page"
UPDATE_PAGE = "update_page"
REMOVE_PAGES = "remove_pages"
MOVE_PAGE = "move_page"
SET_THEME = "set_theme"
UNDO = "undo"

# Z.ai publishes `insert_page` and `remove_slides` for its slide agent
# (docs.z.ai/api-reference/agents); the others are the same habit in one word or the other.
_ALIASES = {
    "insert_slide": INSERT_PAGE,
    "update_slide": UPDATE_PAGE,
    "remove_slides": REMOVE_PAGES,
    "remove_page": REMOVE_PAGES,
    "remove_slide": REMOVE_PAGES,
    "move_slide": MOVE_PAGE,
}


def canonical_name(name: str) -> str:
    """Our name of the tool that is meant; an unknown name as it is."""
    return _ALIASES.get(name, name)
