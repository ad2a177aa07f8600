"""A practice study has its respondents' lines however it is opened."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from cati.library import practice_scripts, shipped_instruments
from instrument.values import Instance
from store import Study, open_study
from tests.cati.cli.conftest import Run


def test_a_practice_study_opened_as_somebody_has_the_lines(
    run: Run, study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: dict[str, Any] = {}

    def opened(_: Study, **options: Any) -> int:
        given.update(options)
        return 0

    monkeypatch.setattr("cati.app.run", opened)
    monkeypatch.setattr("cati.commands.interview.require_terminal", lambda: None)
    assert run("--study", study).code == 0
    scripts = given["practice"]
    kept = open_study(study)
    manager = kept.unlock("data-manager", "practice makes steady")
    labels = [card.label for card in manager.cases()]
    manager.lock()
    assert all(scripts.lines(label, Instance("elig_minor")) for label in labels)
    live = SimpleNamespace(kind="live", instruments=kept.instruments)
    assert practice_scripts(cast("Study", live)) is None
    own = SimpleNamespace(kind="practice", instruments=())
    assert practice_scripts(cast("Study", own)) is None
    kept.close()
    assert "njov4" in shipped_instruments()
