"""Changing a text by small exact edits, and merging two changes of one text. Pure."""
