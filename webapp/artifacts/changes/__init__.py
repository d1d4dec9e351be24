"""Changing artifacts: what the model's tools and a person's edits have in common."""
