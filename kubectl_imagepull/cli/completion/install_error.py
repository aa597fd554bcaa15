"""A fault of the file that kubectl completes by; apart, so that no start loads what writes that file."""


class InstallError(Exception):
    """The file that kubectl completes by can't be written or removed; the text says what to do."""
