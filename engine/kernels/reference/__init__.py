"""Plain PyTorch twins of all operations: correct first, on any device."""
