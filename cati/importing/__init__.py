"""Questionnaires of other systems become instruments, with a report of what has no equivalent."""
