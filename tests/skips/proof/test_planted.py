"""The catalog of planted defects: one of each kind is found, sound instruments are left in peace.

All of them: `python -m tests.campaigns.planted`.
"""

from collections import Counter

import pytest

from instrument.findings_catalog import TITLES
from skips.proof.findings import Severity, finding
from tests.campaigns.condition_edits import condition_edits
from tests.campaigns.planted.bases import base, read_texts, sound_names
from tests.campaigns.planted.catalog import Defect, catalog
from tests.campaigns.planted.run import UNDECIDED, listen, plant
from tests.instrument import household

SAMPLE = [defect for defect in catalog() if defect.sample]
SMALL = [defect for defect in catalog() if not defect.of.startswith("njov4")]


@pytest.mark.parametrize("defect", SAMPLE, ids=str)
def test_a_planted_defect_is_found_and_nothing_else(defect: Defect) -> None:
    outcome = plant(defect)
    assert not outcome.trouble
    assert not outcome.missed
    assert not outcome.extra


@pytest.mark.parametrize("name", ["jobs", "cars", "pets", "screener", "volunteering"])
def test_a_sound_instrument_is_left_in_peace(name: str) -> None:
    heard = listen(name)
    assert not heard.trouble
    assert not heard.alarms


def test_each_kind_is_planted_at_least_four_times_and_sampled_once() -> None:
    kinds = Counter(defect.kind for defect in catalog())
    assert set(kinds) == set(TITLES) - {UNDECIDED}
    assert min(kinds.values()) >= 4
    assert Counter(defect.kind for defect in SAMPLE) == dict.fromkeys(kinds, 1)
    names = Counter(defect.name for defect in catalog())
    assert max(names.values()) == 1
    assert len(sound_names()) >= 20


def test_each_defect_can_be_planted_and_expects_what_it_was_made_for() -> None:
    for defect in catalog():
        assert defect.texts() != base(defect.of)
        assert defect.kind in {expected.code for expected in defect.finds}
        assert all(one.code in TITLES for one in (*defect.finds, *defect.follows))
    for defect in SMALL:
        read_texts(defect.texts())


def test_control_a_check_that_says_nothing_finds_nothing() -> None:
    assert not any(plant(defect, lambda _, __: ()).found for defect in SAMPLE[::4])


def test_control_a_finding_too_many_and_a_false_alarm_are_noticed() -> None:
    defect = SAMPLE[0]
    instrument = read_texts(defect.texts())
    source = instrument.sections[0].source
    alarm = finding("trap", source, instrument.sections[0].name, "Wrong.", "Do nothing.")
    assert alarm.severity is Severity.ERROR
    only_after = plant(defect, lambda read, _: [alarm] if read == instrument else [])
    assert only_after.extra == (alarm,)
    assert listen("jobs", lambda _, __: [alarm]).alarms == (alarm,)


def test_condition_edits_read_and_say_something_else() -> None:
    files = household.files()
    read = household.household()
    edits = list(condition_edits(files, 20, seed=1))
    assert len(edits) == 20
    assert len({edit.instrument.fingerprint for edit in edits} - {read.fingerprint}) == 20
    assert len({edit.kind for edit in edits}) >= 4
    assert [str(one) for one in condition_edits(files, 20, seed=1)] == [str(one) for one in edits]
