"""Rules: each takes facts and gives findings. Pure, and each in a file of its own."""
