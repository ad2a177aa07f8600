"""Texts that a terminal would obey, shown in a real terminal."""

import json
from pathlib import Path

import pytest

from tests.cati.app.terminal import Terminal, obeyed, tokens
from tests.cati.payloads import DECEPTIONS, MARKUP, PAYLOADS, SEQUENCES

INNOCENT = ["payload", "an ordinary text", "two\nlines", "fünf Äpfel – “so” …", "a" * 300]


def shown(kind: str, texts: list[str], folder: Path) -> str:
    """What the parade sends to the terminal for these texts."""
    file = folder / "texts.json"
    file.write_text(json.dumps(texts), encoding="ascii")
    terminal = Terminal(["-m", "tests.cati.app.parade", kind, str(file)])
    try:
        code = terminal.until_end()
    finally:
        terminal.close()
    assert code == 0, terminal.output[-3000:]
    return terminal.output


@pytest.mark.parametrize("kind", ["cati", "backstop"])
def test_no_payload_reaches_the_terminal(kind: str, tmp_path: Path) -> None:
    clean = shown(kind, INNOCENT, tmp_path)
    output = shown(kind, [*PAYLOADS.values(), *MARKUP.values()], tmp_path)
    assert output.count("payload") > len(PAYLOADS)
    assert obeyed(clean, tokens(clean)) == []
    assert obeyed(output, tokens(clean)) == []
    if kind == "cati":
        assert MARKUP["action"] in output
        assert MARKUP["markup"] in output


def test_control_plain_textual_lets_payloads_through(tmp_path: Path) -> None:
    # A lone surrogate cannot even be encoded by the plain app, which would end there.
    texts = [text for text in PAYLOADS.values() if "\ud800" not in text]
    clean = shown("stock", INNOCENT, tmp_path)
    output = shown("stock", texts, tmp_path)
    assert len(obeyed(output, tokens(clean))) > len(texts)
