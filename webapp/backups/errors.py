"""Why a backup cannot be taken or restored, as a sentence for the operator."""


class BackupError(Exception):
    """Nothing was done, or what was begun was taken back; the text is one sentence."""
