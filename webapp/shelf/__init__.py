"""The library shelf: what made things may use without a network, and how addresses lead to it."""
