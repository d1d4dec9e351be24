"""Agents: a prompt, tools, and the loop that runs them."""
