"""Editable PowerPoint from a laid-out page: facts of the browser, a pure decision, a file."""
