"""Reading a checkpoint folder: strict configuration, streaming tensors, weight formats."""
