"""Checks of made things: facts from the page, pure rules over them, a report."""
