"""What glm-nano must get right, and how the made things are checked in a browser."""
