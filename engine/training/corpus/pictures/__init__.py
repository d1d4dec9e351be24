"""SVG pictures of the corpus, one module each."""
