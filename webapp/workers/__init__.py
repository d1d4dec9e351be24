"""What operators see of the workers and of what they all share."""
