"""Games of the corpus, one module each."""
