"""Why Atelier cannot start, as a sentence for the operator."""


class StartError(Exception):
    """Atelier cannot start or go on; the text is one sentence that says what to do."""
