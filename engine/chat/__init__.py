"""From messages to token ids, and from token ids to typed events. Knows no torch."""
