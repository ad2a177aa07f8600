"""Practice cases: invented respondents who answer in words, and the answers to enter."""

from cati.practice.case import Line, PracticeCase, SummaryKey
from cati.practice.play import play
from cati.practice.reader import PracticeError, read_practice_case, read_practice_folder
from cati.practice.scripts import PracticeScripts

__all__ = [
    "Line",
    "PracticeCase",
    "PracticeError",
    "PracticeScripts",
    "SummaryKey",
    "play",
    "read_practice_case",
    "read_practice_folder",
]
