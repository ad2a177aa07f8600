"""What the screen tells of answers saved here alone, and of what was entered too late."""

import pytest

from cati.widgets.band import Band
from store import OpenCase, Study
from store.databases.tables import LeaseRow
from tests.cati.app.desk import interviewing
from tests.cati.app.household import TO_DUTIES, TO_PEOPLE


def end_the_hold(study: Study) -> None:
    """As a supervisor does on another computer."""
    table = LeaseRow.__table__  # type: ignore[attr-defined]
    with study.database.write() as connection:
        connection.execute(table.update().values(token=table.c.token + 1, holder="", pid=0))


async def test_what_came_too_late_is_kept_and_shown_when_the_case_is_opened_again(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cati.screens.interview.DRAFT_SECONDS", 3600)
    async with interviewing(study, given=TO_DUTIES) as at:
        await at.type("drives a van")
        end_the_hold(study)
        await at.press("f2")
        await at.type("speaks softly")
        await at.press("enter")
        assert at.sees("speaks softly", "drives a van", "Not saved in the case; a draft stays here")
        await at.press("enter")
        assert at.screen == "CasesScreen"
        await at.press("enter")
        assert at.sees("Not in the case, since it was taken over", "duties: drives a van")
        assert at.sees("speaks softly")
        await at.press("escape")
        assert not at.interview.remarks


async def test_the_band_tells_what_is_on_this_computer_alone(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with interviewing(study, "4", "enter", given=TO_PEOPLE) as at:
        band = at.app.screen.query_one(Band)
        assert " saved on this computer " not in band.render().plain
        monkeypatch.setattr(OpenCase, "waiting", 2)
        at.app.screen._tick()  # type: ignore[attr-defined]
        assert " saved on this computer " in band.render().plain
        monkeypatch.setattr(OpenCase, "waiting", 0)
        at.app.screen._tick()  # type: ignore[attr-defined]
        assert " saved on this computer " not in band.render().plain
