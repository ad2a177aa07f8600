"""`cati pace`: learned from submitted cases of a live study, and used at the next opening."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from cati.casework import open_casework
from cati.demo import DATA_MANAGER, INTERVIEWER, PASSPHRASE, PEOPLE
from cati.pace import LEAST_CASES, NOTE, learn, timings_of
from instrument.values import Instance
from skips import compile_instrument
from skips.pace import Timing
from store import JSON, KdfCost, NewPerson, Role, create_study, open_study
from tests.cati.cli.conftest import Keys, Run
from tests.cati.household import HOUSEHOLD, household

SLOW = {"welcome": 20_000, "owns_car": 12_000, "people": 16_000}
"""Milliseconds in every case; the prior has about half of that."""

RARE = "cars"
"""Asked in fewer cases than may be told of."""


def document(number: int) -> dict[str, JSON]:
    times: dict[str, JSON] = {name: ms + 100 * number for name, ms in SLOW.items()}
    answers: list[JSON] = [{"q": name, "r": 0, "s": "answered", "v": 1} for name in SLOW]
    if number < LEAST_CASES - 1:
        times[RARE] = 9_000
        answers.append({"q": RARE, "r": 0, "s": "answered", "v": 1})
    times["adults"] = 90_000
    answers.append({"q": "adults", "r": 0, "s": "parked"})
    return {"answers": answers, "times": times}


@pytest.fixture(scope="module")
def fielded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A live study with six submitted cases and one that is fresh."""
    from cati.library import take_in

    home = tmp_path_factory.mktemp("household")
    for name, text in HOUSEHOLD.items():
        (home / name).write_text(text)
    folder = tmp_path_factory.mktemp("fielded") / "study"
    people = [NewPerson(name, frozenset({role}), PASSPHRASE) for name, role in PEOPLE.items()]
    study = create_study(folder, title="Homes", kind="live", people=people, cost=KdfCost.FLOOR)
    read = take_in(study.unlock("administrator", PASSPHRASE), home)
    manager = study.unlock(DATA_MANAGER, PASSPHRASE)
    asking = study.unlock(INTERVIEWER, PASSPHRASE)
    for number in range(7):
        case = manager.add_case(
            label=f"Home {number}",
            identity={},
            instrument=read.fingerprint,
            mode="interview",
            assignee=INTERVIEWER,
        )
        if number < 6:
            asking.open_case(case).submit(document(number))
    study.close()
    return folder


@pytest.fixture
def field(fielded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(fielded, tmp_path / "field"))


def opened(folder: Path) -> tuple[float, tuple[str, ...]]:
    """Minutes left at the first item of the fresh case, and what its interviewer is told."""
    study = open_study(folder)
    access = study.unlock(INTERVIEWER, PASSPHRASE)
    (case,) = [one for one in access.cases() if one.state != "submitted"]
    work = open_casework(access, case.id, now=lambda: datetime.now(UTC))
    told = work.interview.minutes_left(), work.interview.changed_since
    work.let_go()
    study.close()
    return told


def test_pace_is_learned_shown_and_used(run: Run, field: Path, keys: Keys) -> None:
    before, _ = opened(field)
    done = run("pace", "learn", "--study", field, "--json", *keys(DATA_MANAGER))
    assert done.code == 0, done.err
    (found,) = json.loads(done.out)
    assert found["cases"] == 6
    assert set(found["milliseconds"]) == set(SLOW), "neither what is rare nor what was parked"
    assert all(ms % 500 == 0 for ms in found["milliseconds"].values())
    assert found["milliseconds"]["people"] > 10_000
    assert found["tempo_percent"] > 110

    after, notes = opened(field)
    assert after > 1.1 * before
    assert not any("pace" in note for note in notes)

    shown = run("pace", "show", "--study", field)
    assert shown.code == 0, shown.err
    lines = {line.split()[0]: line.split() for line in shown.out.splitlines()}
    assert lines["people"][-1] == "yes"
    assert lines[RARE][-1] == "tempo"
    assert "from 6 cases" in shown.err
    assert json.loads(run("pace", "show", "--study", field, "--json").out) == found


def test_a_damaged_pace_is_told_once_and_the_prior_stands_in(
    run: Run, field: Path, keys: Keys
) -> None:
    before, _ = opened(field)
    run("pace", "learn", "--study", field, *keys(DATA_MANAGER))
    (file,) = (field / "notices").glob("pace-*.json")
    sound = file.read_bytes()
    file.write_bytes(sound.replace(b'"people":1', b'"people":2'))
    assert file.read_bytes() != sound
    minutes, notes = opened(field)
    assert minutes == pytest.approx(before)
    assert notes[-1] == NOTE
    assert len([note for note in notes if "pace" in note]) == 1
    shown = run("pace", "show", "--study", field)
    assert (shown.code, shown.out) == (2, "")
    assert "damaged" in shown.err
    file.write_bytes(sound)
    study = open_study(field)
    manager = study.unlock(DATA_MANAGER, PASSPHRASE)
    manager.publish(file.stem, {"format": 2})  # signed, and not what this release reads
    study.close()
    assert opened(field)[1][-1] == NOTE
    assert "this release" in run("pace", "show", "--study", field).err


def test_who_may_not_learn_and_where_there_is_nothing(
    run: Run, field: Path, tmp_path: Path, keys: Keys
) -> None:
    practice = tmp_path / "practice"
    roles = frozenset({Role.ADMINISTRATOR, Role.DATA_MANAGER})
    people = [NewPerson("alex", roles, PASSPHRASE)]
    create_study(practice, title="P", kind="practice", people=people, cost=KdfCost.FLOOR).close()
    done = run("pace", "learn", "--study", field, *keys(INTERVIEWER))
    assert done.code == 2
    assert "takes a data manager" in done.err
    done = run("pace", "learn", "--study", practice, *keys("alex"))
    assert done.code == 2
    assert "practice study" in done.err
    done = run("pace", "show", "--study", field)
    assert done.code == 2
    assert "No pace was learned for household 1.0.0 in mode interview" in done.err
    assert not (field / "notices").exists()


def few(documents: list[dict[str, Any]]) -> object:
    return learn(compile_instrument(household()), documents, date(2026, 3, 19))


def test_too_few_cases_teach_nothing() -> None:
    assert few([document(number) for number in range(LEAST_CASES - 1)]) is None
    assert few([document(number) for number in range(LEAST_CASES)]) is not None


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(lambda one: None, [Timing("a", 4.0), Timing("b", 5.0)], id="as it is"),
        pytest.param(lambda one: one.pop("times"), [], id="no times"),
        pytest.param(lambda one: one.update(times={"a": 0, "b[2]": -3}), [], id="no durations"),
        pytest.param(
            lambda one: one["answers"].pop(0), [Timing("a", 4.0), Timing("b", 5.0)], id="statement"
        ),
        pytest.param(
            lambda one: one["answers"][1].update(s="not_reached"), [Timing("a", 4.0)], id="undone"
        ),
    ],
)
def test_times_that_count(
    change: Callable[[dict[str, Any]], object], expected: list[Timing]
) -> None:
    one: dict[str, Any] = {
        "times": {"a": 4000, "b[2]": 5000},
        "answers": [{"q": "a", "r": 0, "s": "answered"}, {"q": "b", "r": 2, "s": "missing"}],
    }
    change(one)
    assert list(timings_of(one)) == expected


def test_the_tempo_of_the_case_adjusts_the_rest() -> None:
    from tests.cati.household import new_interview

    interview, _ = new_interview()
    asked = interview.minutes_left()
    assert asked == interview.route.minutes_left()
    interview.record.times.update({Instance("welcome"): 10**5, Instance("owns_car"): 10**5})
    assert interview.minutes_left() == asked, "nothing is settled yet"
    interview.read()
    interview.advance()
    interview.give("no")
    assert interview.minutes_left() > 1.2 * interview.route.minutes_left()
