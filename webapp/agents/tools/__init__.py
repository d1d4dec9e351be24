"""Tools that agents offer to the model."""
