"""The served models, from what workers report."""
