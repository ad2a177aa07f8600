"""The error of a command that cannot do what was asked."""


class Refusal(Exception):
    """One sentence for the person at the terminal: where, what is wrong, what to do."""
