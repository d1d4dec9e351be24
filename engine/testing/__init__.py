"""Doubles shipped for tests: tiny checkpoints and tokenizers. Production rooms never import it."""
