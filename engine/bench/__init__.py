"""Measures the engine's speed, beside a peer in the same run."""
