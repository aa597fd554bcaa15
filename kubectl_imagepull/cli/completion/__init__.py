"""Completes commands, flags and names with TAB: through kubectl, and for the bare program."""


class InstallError(Exception):
    """The file that kubectl completes by can't be written or removed; the text says what to do."""
