"""Conversations, their tree of messages, and what the model sees of them."""
