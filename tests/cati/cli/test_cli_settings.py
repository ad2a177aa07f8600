"""`cati settings`: the path, and what the file says."""

import json
from pathlib import Path

import pytest

from tests.cati.cli.conftest import Run


def test_where_the_settings_are_and_what_holds(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cati.settings.settings_path", lambda: tmp_path / "cati" / "settings.yaml")
    done = run("settings")
    assert (done.code, done.err) == (0, "")
    assert f"{tmp_path / 'cati' / 'settings.yaml'} (not there" in done.out
    assert "lock_after_minutes: 5" in done.out
    (tmp_path / "cati").mkdir()
    (tmp_path / "cati" / "settings.yaml").write_text("backup: {folder: /mnt/backups}\n")
    told = json.loads(run("settings", "--json").out)
    assert (told["exists"], told["settings"]["backup"]["folder"]) == (True, "/mnt/backups")
    (tmp_path / "cati" / "settings.yaml").write_text("theme: pink\n")
    refused = run("settings")
    assert (refused.code, "theme" in refused.err) == (2, True)
