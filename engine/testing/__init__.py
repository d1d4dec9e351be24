"""Doubles that ship with the engine: checkpoints small enough to be written in a test."""
