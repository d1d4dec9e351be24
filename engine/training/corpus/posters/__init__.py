"""Posters: one sheet with a name, a date and a place that stand in the prompt."""
