"""`cati pace`: learned from submitted cases of a live study, and used at the next opening."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any, cast

import pytest
from pydantic import ValidationError

from cati.demo import DATA_MANAGER, INTERVIEWER, PASSPHRASE, PEOPLE
from cati.pace import (
    CASES_AT_ONCE,
    LEAST_CASES,
    NOTE,
    StudyPace,
    kept_pace,
    learn,
    notice_name,
    timings_of,
)
from cati.refusal import Refusal
from instrument.values import Instance
from skips import compile_instrument
from skips.pace import Timing
from store import JSON, KdfCost, NewPerson, Role, create_study, open_study
from tests.cati.cli.conftest import Keys, Run
from tests.cati.household import HOUSEHOLD, household
from tests.cati.taken_up import open_casework

SLOW = {"welcome": 20_000, "owns_car": 12_000, "people": 16_000}
"""Milliseconds in every case; the prior has about half of that."""

RARE = "cars"
"""Asked in fewer cases than may be told of."""


def document(number: int, rare: int | None = None) -> dict[str, JSON]:
    """What a case leaves; `rare` is how long its gated question took, if it was asked."""
    times: dict[str, JSON] = {name: ms + 100 * number for name, ms in SLOW.items()}
    answers: list[JSON] = [{"q": name, "r": 0, "s": "answered", "v": 1} for name in SLOW]
    if rare is not None:
        times[RARE] = rare
        answers.append({"q": RARE, "r": 0, "s": "answered", "v": 1})
    times["adults"] = 90_000
    answers.append({"q": "adults", "r": 0, "s": "parked"})
    return {"answers": answers, "times": times}


@pytest.fixture(scope="module")
def fielded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A live study with ten submitted cases and one that is fresh."""
    from cati.library import take_in

    home = tmp_path_factory.mktemp("household")
    for name, text in HOUSEHOLD.items():
        (home / name).write_text(text)
    folder = tmp_path_factory.mktemp("fielded") / "study"
    people = [NewPerson(name, frozenset({role}), PASSPHRASE) for name, role in PEOPLE.items()]
    study = create_study(folder, title="Homes", kind="live", people=people, cost=KdfCost.FLOOR)
    administrator, manager = (
        study.unlock(one, PASSPHRASE) for one in ("administrator", DATA_MANAGER)
    )
    read = take_in(administrator, home)
    sheets = administrator.study_keys.make_sheets(manager)
    administrator.study_keys.rehearse(sheets[0], sheets[1])
    asking = study.unlock(INTERVIEWER, PASSPHRASE)
    for number in range(CASES_AT_ONCE + 1):
        case = manager.add_case(
            label=f"Home {number}",
            identity={},
            instrument=read.fingerprint,
            mode="interview",
            assignee=INTERVIEWER,
        )
        if number < CASES_AT_ONCE:
            rare = 9_000 if number < LEAST_CASES - 1 else None
            asking.open_case(case).submit(document(number, rare))
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
    assert found["cases"] == CASES_AT_ONCE
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
    assert "from 10 cases" in shown.err
    assert json.loads(run("pace", "show", "--study", field, "--json").out) == found


def test_one_case_more_changes_nothing_of_a_notice(run: Run, field: Path, keys: Keys) -> None:
    assert run("pace", "learn", "--study", field, *keys(DATA_MANAGER)).code == 0
    (file,) = (field / "notices").iterdir()
    before, written = file.read_bytes(), file.stat().st_mtime_ns
    study = open_study(field)
    access = study.unlock(INTERVIEWER, PASSPHRASE)
    (fresh,) = [one for one in access.cases() if one.state != "submitted"]
    access.open_case(fresh.id).submit(document(CASES_AT_ONCE, rare=200_000))
    study.close()
    done = run("pace", "learn", "--study", field, *keys(DATA_MANAGER))
    assert done.code == 0, done.err
    assert "from 10 cases" in done.out
    assert "Nothing new: the next notice takes 20." in done.out
    assert [one.name for one in (field / "notices").iterdir()] == [file.name]
    assert (file.read_bytes(), file.stat().st_mtime_ns) == (before, written)

    file.write_bytes(before.replace(b'"people":1', b'"people":2'))
    mended = run("pace", "learn", "--study", field, *keys(DATA_MANAGER), "--json")
    kept, (again,) = json.loads(before)["content"], json.loads(mended.out)
    assert again | {"learned_on": ""} == kept | {"learned_on": ""}, "of the same cases as before"


def test_cases_count_in_the_order_of_submission(field: Path) -> None:
    """Ids are drawn by lot: by them, the case that came last would be among the first ten."""
    study = open_study(field)
    manager = study.unlock(DATA_MANAGER, PASSPHRASE)
    cases = sorted(manager.submitted(), key=lambda case: case.order)
    study.close()
    times = [cast("dict[str, JSON]", case.document["times"]) for case in cases]
    assert [of["people"] for of in times] == [
        SLOW["people"] + 100 * number for number in range(CASES_AT_ONCE)
    ]


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


def told(documents: list[dict[str, Any]]) -> StudyPace | None:
    return learn(compile_instrument(household()), documents, date(2026, 3, 19))


def asked(*rare: int | None) -> list[dict[str, Any]]:
    """Cases in the order of submission, by how long each one's gated question took."""
    return [document(number, ms) for number, ms in enumerate(rare)]


def test_too_few_cases_teach_nothing() -> None:
    assert told(asked(*[None] * (CASES_AT_ONCE - 1))) is None
    assert told(asked(*[None] * CASES_AT_ONCE)) is not None
    untimed: list[dict[str, Any]] = [{"answers": [], "times": {}} for _ in range(CASES_AT_ONCE)]
    assert told(untimed + asked(*[None] * (CASES_AT_ONCE - 1))) is None


def test_a_pace_that_counts_single_cases_is_not_one() -> None:
    whole = told(asked(*[None] * CASES_AT_ONCE))
    assert whole is not None
    for cases in (0, LEAST_CASES, CASES_AT_ONCE + 1):
        with pytest.raises(ValidationError):
            StudyPace.model_validate(whole.model_dump() | {"cases": cases})


def test_between_whole_batches_nothing_changes() -> None:
    lot = Random(20260319)
    cases = asked(*(lot.choice((None, 9_000, 30_000)) for _ in range(3 * CASES_AT_ONCE)))
    after = [told(cases[:number]) for number in range(len(cases) + 1)]
    for number, pace in enumerate(after):
        assert pace == after[number // CASES_AT_ONCE * CASES_AT_ONCE]
    assert len({str(pace) for pace in after}) == 4, "and with each batch something does"


def test_times_of_too_few_cases_wait() -> None:
    """At most four new cases with times of the gated question: none of them is heard of."""
    few, none = LEAST_CASES - 1, CASES_AT_ONCE - LEAST_CASES + 1
    without = told(asked(*[None] * CASES_AT_ONCE))
    assert told(asked(*[90_000] * few, *[None] * none)) == without

    first = [9_000] * LEAST_CASES + [None] * LEAST_CASES
    quiet = told(asked(*first, *[None] * CASES_AT_ONCE))
    assert quiet is not None
    assert RARE in quiet.milliseconds
    assert told(asked(*first, *[None] * none, *[90_000] * few)) == quiet
    # Control: with one more it is heard of, and so are those that waited from an earlier batch.
    assert told(asked(*first, *[None] * (none - 1), *[90_000] * LEAST_CASES)) != quiet
    waited = asked(*[90_000] * few, *[None] * none, 90_000, *[None] * (CASES_AT_ONCE - 1))
    heard = told(waited)
    assert heard is not None
    assert RARE in heard.milliseconds


def test_rows_of_one_case_are_not_cases() -> None:
    cases = asked(*[None] * CASES_AT_ONCE)
    for number in range(LEAST_CASES):
        cases[0]["times"][f"nights[{number + 1}]"] = 60_000
        cases[0]["answers"].append({"q": "nights", "r": number + 1, "s": "answered"})
    assert told(cases) == told(asked(*[None] * CASES_AT_ONCE))
    assert Timing("nights", 60.0) in timings_of(cases[0])


def test_a_pace_stands_for_its_version_and_mode_alone(field: Path) -> None:
    """Both are in the name, and a data manager signs it; what is inside must agree all the same."""
    study = open_study(field)
    manager = study.unlock(DATA_MANAGER, PASSPHRASE)
    pace = told(asked(*[None] * CASES_AT_ONCE))
    assert pace is not None
    name = notice_name(pace.fingerprint, pace.mode)
    content: dict[str, JSON] = pace.model_dump(mode="json")
    manager.publish(name, content)
    assert kept_pace(study, pace.fingerprint, pace.mode) == pace
    others: list[dict[str, JSON]] = [{"fingerprint": "0" * 64}, {"mode": "record"}]
    for other in others:
        manager.publish(name, content | other)
        with pytest.raises(Refusal, match="ask a data manager for `cati pace learn`"):
            kept_pace(study, pace.fingerprint, pace.mode)
    study.close()


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
