"""`cati settings`: the path, and what the file says."""

import json
from pathlib import Path

import pytest

from cati.keys import KeyMap
from cati.settings import Settings, SettingsError
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


def test_keys_that_the_app_would_refuse_are_refused(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text("keys: {remark: f1}\n")
    monkeypatch.setattr("cati.settings.settings_path", lambda: path)
    with pytest.raises(SettingsError) as by_the_app:
        KeyMap(Settings(keys={"remark": "f1"}).keys)
    for refused in (run("settings"), run("settings", "--json")):
        assert (refused.code, refused.out) == (2, "")
        assert f"{path}: {by_the_app.value}" in refused.err
