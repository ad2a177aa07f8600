"""A list of more cases than are shown at once."""

from pathlib import Path

import pytest

from cati.screens import cases
from store import Study
from tests.cati.app.desk import desk
from tests.cati.app.household import NAME, PASSPHRASE, household_study


async def test_more_cases_come_when_they_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cases, "PAGE", 2)
    study = household_study(tmp_path, {f"Household {number}": "interview" for number in range(5)})
    access = study.unlock(NAME, PASSPHRASE)
    last = access.cases()[-1]
    access.lock()
    async with desk(study) as at:
        assert at.sees("CASES 5 to do, 5 in all", "↓ 2 more of 3: Enter")
        first = at.text.count("Household ")
        await at.press("end", "enter")
        assert at.screen == "CasesScreen"
        assert at.sees("↓ 1 more of 1: Enter")
        assert at.text.count("Household ") == first + 2
        await at.press("end", "enter")
        assert not at.sees("more of")
        assert last.label is not None
        assert at.sees(last.label)
        # What was left open far down in the list is taken up again from its first page.
        await at.press("end", "enter")
        assert at.screen == "InterviewScreen"
        await at.press("ctrl+l")
        assert at.screen == "UnlockScreen"
        await at.type(PASSPHRASE)
        await at.press("enter")
        await at.until("Page")
        assert at.sees("taken up again")
    study.close()


async def test_no_telephone_number_is_cut_off(study: Study) -> None:
    access = study.unlock(NAME, PASSPHRASE)
    access.add_case(
        label="Household 2",
        identity={
            "agency": "Example Town Housing and Community Services Department",
            "contact": "Alex Example",
            "telephone": "555-0101",
        },
        instrument=study.instruments[0].fingerprint,
        mode="interview",
        assignee=NAME,
    )
    access.lock()
    async with desk(study) as at:
        assert at.sees("Services Department", "Alex Example · 555-0101")
