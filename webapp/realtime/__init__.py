"""The WebSocket: commands in, turn events out."""
