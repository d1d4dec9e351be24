"""The single page, and what the outside asks about health."""
