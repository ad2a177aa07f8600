"""Why an item is asked or not, in words."""

from skips.program import Program
from skips.state import State


def explain(program: Program, state: State, slot: int) -> str:
    """One or two sentences."""
    return ""
