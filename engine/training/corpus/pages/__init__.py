"""Web pages of the corpus, one module each."""
