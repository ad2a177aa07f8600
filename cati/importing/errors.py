"""What ends an import."""


class ImportingError(Exception):
    """A foreign questionnaire that cannot be read; the text says where, what and what to do."""
