"""Changes to what was made earlier in the same conversation."""
