"""Turns: start, run, record, stop, reconcile."""
