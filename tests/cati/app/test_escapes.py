"""Texts that a terminal would obey, shown in a real terminal."""

import json
from pathlib import Path

import pytest

from tests.cati.app.terminal import Terminal, obeyed, tokens
from tests.cati.payloads import MARKUP, PAYLOADS

INNOCENT = ["payload", "an ordinary text", "two\nlines", "fünf Äpfel – “so” …", "a" * 300]


MARK = "=== innocent texts end and begin here ==="


def shown(kind: str, texts: list[str], folder: Path) -> tuple[str, set[str]]:
    """What the parade sends for these texts, and the sequences it sends for innocent ones.

    Innocent texts come before and after, so that the app's own beginning and end are among them.
    """
    file = folder / "texts.json"
    file.write_text(json.dumps([*INNOCENT, MARK, *texts, MARK, *INNOCENT]), encoding="ascii")
    terminal = Terminal(["-m", "tests.cati.app.parade", kind, str(file)])
    try:
        code = terminal.until_end()
    finally:
        terminal.close()
    assert code == 0, terminal.output[-3000:]
    output = terminal.output
    start, end = output.index(MARK), output.rindex(MARK)
    return output[start:end], tokens(output[:start]) | tokens(output[end:])


@pytest.mark.parametrize("kind", ["cati", "backstop"])
def test_no_payload_reaches_the_terminal(kind: str, tmp_path: Path) -> None:
    output, innocent = shown(kind, [*PAYLOADS.values(), *MARKUP.values()], tmp_path)
    assert output.count("payload") > 3 * len(PAYLOADS)
    assert obeyed(output, innocent) == []
    if kind == "cati":
        assert MARKUP["action"] in output
        assert MARKUP["markup"] in output


def test_control_plain_textual_lets_payloads_through(tmp_path: Path) -> None:
    # A lone surrogate cannot even be encoded by the plain app, which would end there.
    texts = [text for text in PAYLOADS.values() if "\ud800" not in text]
    output, innocent = shown("stock", texts, tmp_path)
    assert len(obeyed(output, innocent)) > len(texts)
