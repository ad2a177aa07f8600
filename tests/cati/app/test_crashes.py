"""A failure of the app in a real terminal: a number, and no answer."""

import pytest

from tests.cati.app.crasher import CANARY
from tests.cati.app.terminal import Terminal

WAYS = ["handler", "render", "timer", "thread", "worker", "errand"]


def output_of(kind: str, way: str) -> tuple[str, int]:
    terminal = Terminal(["-m", "tests.cati.app.crasher", kind, way], {"COLUMNS": "80"})
    try:
        code = terminal.until_end()
    finally:
        terminal.close()
    return terminal.output, code


@pytest.mark.parametrize("way", WAYS)
def test_a_failure_prints_a_number_and_a_place(way: str) -> None:
    output, code = output_of("cati", way)
    assert code == 1
    assert "cati stopped: error " in output
    assert "(ValueError)" in output
    assert "Nothing saved is lost." in output
    assert CANARY not in output
    assert "Traceback" not in output


def test_control_plain_textual_prints_the_answer() -> None:
    output, _ = output_of("stock", "handler")
    assert CANARY in output
