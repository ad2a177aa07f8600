"""What the app shows beside a question: the line that the respondent says there."""

from collections.abc import Iterable

from cati.practice.case import PracticeCase
from instrument.values import Instance


class PracticeScripts:
    """The respondents' lines of the practice cases of a study, found by the case's label."""

    def __init__(self, cases: Iterable[PracticeCase]) -> None:
        """Take the lines of `cases`; their titles are the labels of the study's cases."""
        self._cases = {case.title: case for case in cases}

    def lines(self, label: str, instance: Instance) -> str | None:
        """What the respondent of the case with this label says at an item; None if nothing."""
        case = self._cases.get(label)
        line = case.line.get(instance) if case else None
        if line is None:
            return None
        return line.says + (f"\n[if probed] {line.probed}" if line.probed else "")

    def persona(self, label: str) -> str | None:
        """Who is on the line in the case with this label."""
        case = self._cases.get(label)
        return case.persona if case else None

    __call__ = lines
