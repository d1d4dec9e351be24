"""Simulations of the corpus, one module each."""
