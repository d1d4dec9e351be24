"""Mending an artifact whose console reports an error."""
