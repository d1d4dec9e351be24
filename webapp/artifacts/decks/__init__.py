"""Decks: pages in an order, and the themes that they are seen in."""
