"""Made things: artifacts, their versions, and the frame they run in."""
