"""Decks of slides: sixty topics that are known by heart, and decks from a person's notes."""
