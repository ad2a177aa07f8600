"""Cases of a study go on in another approved version: by command, in the store, in an export."""

import csv
import json
import shutil
import sqlite3
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any, cast

import pytest

from cati.casework import Casework
from cati.library import take_in
from cati.moving import MovingError
from instrument import Instance
from instrument.values import Value
from store import (
    JSON,
    DamagedCase,
    InvalidInput,
    KdfCost,
    NewPerson,
    Role,
    Study,
    create_study,
    open_study,
)
from tests.cati.cli.conftest import Run
from tests.cati.household import HOUSEHOLD, Clock
from tests.cati.moved import SECOND
from tests.cati.taken_up import open_casework, submit
from tests.store.conftest import _derive_once  # noqa: F401 - keys are derived once
from tests.store.made import passphrase

PEOPLE = {
    "ada": Role.ADMINISTRATOR,
    "dan": Role.DATA_MANAGER,
    "ina": Role.INTERVIEWER,
    "ivo": Role.INTERVIEWER,
}
Act = Callable[..., Any]


def write(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study with two versions of one instrument, another one, and three cases."""
    home = tmp_path_factory.mktemp("moving")
    people = [NewPerson(name, frozenset({role}), passphrase(name)) for name, role in PEOPLE.items()]
    study = create_study(
        home / "study", title="Households", kind="practice", people=people, cost=KdfCost.FLOOR
    )
    ada = study.unlock("ada", passphrase("ada"))
    first = take_in(ada, write(home / "first", dict(HOUSEHOLD)))
    dan = study.unlock("dan", passphrase("dan"))
    for number, who in enumerate(("ina", "ina", "ivo"), start=1):
        dan.add_case(
            label=f"Household {number}",
            identity={"contact": "Alex Example"},
            instrument=first.fingerprint,
            mode="interview",
            assignee=who,
        )
    conduct(study, "Household 1")
    other = dict(HOUSEHOLD)
    other["instrument.yaml"] = other["instrument.yaml"].replace(": household", ": lodging", 1)
    take_in(ada, write(home / "other", other))
    take_in(ada, write(home / "second", SECOND))
    study.close()
    return home / "study"


def taken_up(study: Study, label: str) -> Casework:
    ina = study.unlock("ina", passphrase("ina"))
    (case,) = [one.id for one in ina.cases() if one.label == label]
    return open_casework(ina, case, now=Clock())


def conduct(study: Study, label: str) -> None:
    work = taken_up(study, label)
    interview = work.interview
    interview.read()
    answers: dict[str, Value] = {"owns_car": "yes", "people": 3, "adults": 2, "cars": 2}
    for name, answer in answers.items():
        interview.jump(Instance(name))
        interview.give(answer)
    work.leave("left")


@pytest.fixture
def study(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "study"))


@pytest.fixture
def act(run: Run, study: Path, tmp_path: Path) -> Act:
    """Runs a command on the study as a person."""

    def command(who: str, *words: str | Path) -> Any:
        file = tmp_path / "passphrase.txt"
        file.write_text(passphrase(who) + "\n")
        return run(*words, "--study", study, "--as", who, "--passphrase-file", file)

    return command


RENAME = ("--rename", "people=persons")


def test_a_case_is_moved_and_tells_what_stayed_behind(
    act: Act, study: Path, tmp_path: Path
) -> None:
    tried = act("ina", "case", "move", "Household 1", *RENAME, "--dry-run")
    assert tried.code == 0
    assert "version 1.0.0 to 2.0.0: 4 answers kept, 0 back, 1 left behind" in tried.out
    assert "cars: The number must be from 1 to 1." in tried.out
    opened = open_study(study)
    work = taken_up(opened, "Household 1")
    assert work.interview.instrument.version == "1.0.0"
    assert any("version 2.0.0 of this questionnaire" in one for one in work.interview.changed_since)
    work.leave("left")
    opened.close()

    done = act("ina", "case", "move", "Household 1", *RENAME, "--yes")
    assert (done.code, done.err) == (0, "")
    assert "is in version 2.0.0 now." in done.out
    again = act("ina", "case", "move", "Household 1", "--yes")
    assert again.code == 2
    assert "in version 2.0.0 already" in again.err

    opened = open_study(study)
    work = taken_up(opened, "Household 1")
    assert work.interview.route.counted(Instance("persons")) == 3
    assert not any("of this questionnaire" in one for one in work.interview.changed_since)
    work.interview.jump(Instance("cars"))
    work.interview.give(1)
    submit(work)
    dan = opened.unlock("dan", passphrase("dan"))
    (read,) = dan.submitted()
    newest = opened.instruments[-1].fingerprint
    assert read.instrument == newest
    assert read.document["instrument"]["fingerprint"] == newest  # type: ignore[index,call-overload]
    assert dan.verify().ok
    opened.close()

    for profile, values in (("analysis", False), ("full", True)):
        exported = act("dan", "export", "--to", tmp_path / profile, "--profile", profile)
        assert exported.code == 0, exported.err
        assert "1 case was moved from another version; answers left behind there: 1" in exported.out
        (left,) = lines(tmp_path / profile, "-left-behind.csv")
        assert (left["item"], left["version"]) == ("cars", "1.0.0")
        assert left.get("value") == ("2" if values else None)
        (move,) = lines(tmp_path / profile, "-moves.csv")
        assert (move["from_version"], move["to_version"]) == ("1.0.0", "2.0.0")
        (told,) = (tmp_path / profile).glob("*-export.json")
        files = {one["name"] for one in json.loads(told.read_text())["files"]}
        assert {one.name for one in (tmp_path / profile).glob("*.csv")} <= files


def lines(folder: Path, end: str) -> list[dict[str, str]]:
    (path,) = folder.glob(f"*{end}")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_all_of_ones_cases_are_moved_each_told_of(act: Act, study: Path) -> None:
    tried = json.loads(act("ina", "case", "move", "--all", "--dry-run", "--json").out)
    assert [one["moved"] for one in tried] == [False, False]
    opened = open_study(study)
    states = {one.label: one.state for one in opened.unlock("ina", passphrase("ina")).cases()}
    assert states["Household 2"] == "fresh"
    opened.close()
    done = json.loads(act("ina", "case", "move", "--all", "--yes", "--json").out)
    assert [one["moved"] for one in done] == [True, True]
    assert sum(len(one["left_behind"]) for one in done) == 2
    assert "No case of yours" in act("ina", "case", "move", "--all", "--yes").out
    back = json.loads(act("ina", "case", "move", "--all", "--yes", "--json", "--to", "1.0.0").out)
    assert sum(len(one["restored"]) for one in back) == 2
    assert not any(one["waiting"] for one in back)


REFUSED: dict[str, tuple[str, tuple[str, ...], str]] = {
    "no case": ("ina", ("--yes",), "Say which case"),
    "a case and all": ("ina", ("Household 1", "--all", "--yes"), "Say which case"),
    "an unknown case": ("ina", ("Household 9", "--yes"), "There is no such case"),
    "an unknown version": (
        *("ina", ("Household 1", "--to", "3.0.0", "--yes")),
        "no version 3.0.0 of household: choose from 1.0.0, 2.0.0",
    ),
    "the same version": ("ina", ("Household 1", "--to", "1.0.0", "--yes"), "1.0.0 already"),
    "another instrument": (
        *("ina", ("Household 1", "--to", "lodging 1.0.0", "--yes")),
        "lodging 1.0.0 is a version of lodging",
    ),
    "somebody else's case": ("ivo", ("Household 1", "--yes"), "no such case"),
    "a name without a new one": (
        *("ina", ("Household 1", "--rename", "people", "--yes")),
        "OLD=NEW",
    ),
    "two new names": (
        "ina",
        ("Household 1", "--rename", "people=persons", "--rename", "people=adults", "--yes"),
        "two new names",
    ),
    "three names": (
        *("ina", ("Household 1", "--rename", "people=persons=adults", "--yes")),
        "two equals signs",
    ),
    "a name as it was": (
        *("ina", ("Household 1", "--rename", "people=people", "--yes")),
        "changes nothing",
    ),
    "a new name and none": (
        *("ina", ("Household 1", "--rename", "people=persons", "--drop", "people", "--yes")),
        "say one of them",
    ),
    "a name that is gone is dropped": (
        *("ina", ("Household 1", "--drop", "people", "--yes")),
        "version 2.0.0 of household has no item 'people'",
    ),
    "a name in use": (
        *("ina", ("Household 1", "--rename", "people=adults", "--yes")),
        "a name of its own already; give that one a new name too, or drop it",
    ),
    "a wrong version, before anybody is asked": (
        *("ina", ("Household 1", "--to", "3.0.0")),
        "no version 3.0.0",
    ),
    "the same version, before anybody is asked": (
        *("ina", ("Household 1", "--to", "1.0.0")),
        "1.0.0 already",
    ),
    "a wrong version for all": ("ina", ("--all", "--to", "3.0.0", "--yes"), "no version 3.0.0"),
    "a wrong name for all": (
        *("ina", ("--all", "--rename", "peeple=persons", "--dry-run")),
        "no version of household has an item 'peeple'",
    ),
    "a wrong name of a case not begun": (
        *("ina", ("Household 2", "--rename", "people=person", "--dry-run")),
        "version 2.0.0 of household has no item 'person'",
    ),
    "a name in use in a case not begun": (
        *("ina", ("Household 2", "--rename", "people=adults", "--dry-run")),
        "a name of its own already",
    ),
    "nobody to ask for all": ("ina", ("--all",), "There is no terminal to ask"),
    "a wrong name": (
        *("ina", ("Household 1", "--rename", "peeple=persons", "--yes")),
        "has an item 'peeple'",
    ),
    "nobody to ask": ("ina", ("Household 1",), "There is no terminal to ask"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_moved_is_one_sentence(case: str, act: Act) -> None:
    who, words, sentence = REFUSED[case]
    done = act(who, "case", "move", *words)
    assert (done.code, done.out) == (2, "")
    assert sentence in done.err
    assert done.err.count("\n") == 1


def test_a_case_that_is_open_elsewhere_or_handed_in_stays(act: Act, study: Path) -> None:
    opened = open_study(study)
    work = taken_up(opened, "Household 1")
    held = act("ina", "case", "move", "Household 1", "--yes")
    assert (held.code, "Household" in held.out) == (2, False)
    every = act("ina", "case", "move", "--all", "--yes")
    assert every.code == 1
    assert "stays as it is" in every.err
    submit(work)
    opened.close()
    sealed = act("ina", "case", "move", work.card.short_id, "--yes")
    assert sealed.code == 2
    assert f"Case {work.card.short_id} was submitted" in sealed.err


class Terminal(StringIO):
    """Somebody who answers."""

    def isatty(self) -> bool:
        return True


def test_whoever_says_no_keeps_the_case_where_it_is(
    act: Act, study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("n\nn\n"))
    done = act("ina", "case", "move", "--all", *RENAME)
    assert done.code == 0
    assert done.err.count("Move case") == 2
    assert done.out.count("Left as it is.") == 2
    assert "No case of yours" not in done.out
    assert "Moving it begins it" in done.out
    for household in ("Household 1", "Household 2"):
        monkeypatch.setattr("sys.stdin", Terminal("n\n"))
        done = act("ina", "case", "move", household, *RENAME)
        assert (done.code, done.err.endswith("Left as it is.\n")) == (2, True), done.err
    opened = open_study(study)
    cards = {one.label: one.state for one in opened.unlock("ina", passphrase("ina")).cases()}
    assert cards["Household 2"] == "fresh"
    opened.close()
    assert states(act) == ["1.0.0", "1.0.0"]
    monkeypatch.setattr("sys.stdin", Terminal("y\ny\n"))
    done = act("ina", "case", "move", "--all", *RENAME)
    assert done.out.count("is in version 2.0.0 now") == 2
    assert states(act) == ["2.0.0", "2.0.0"]


def states(act: Act) -> list[str]:
    """The versions that cases could move from."""
    found = []
    for version in ("1.0.0", "2.0.0"):
        tried = act("ina", "case", "move", "--all", "--to", version, "--dry-run", "--json")
        other = {"1.0.0": "2.0.0", "2.0.0": "1.0.0"}[version]
        found += [other] * len(json.loads(tried.out))
    return found


THIRD = {
    name: text.replace('version: "2.0.0"', 'version: "3.0.0"').replace(
        "ask: How many of them are adults?", "ask: How many grown people are there?"
    )
    for name, text in SECOND.items()
}


def test_a_dropped_question_waits_under_a_name_of_its_own(
    act: Act, study: Path, tmp_path: Path
) -> None:
    opened = open_study(study)
    take_in(opened.unlock("ada", passphrase("ada")), write(tmp_path / "third", THIRD))
    opened.close()
    words = ("Household 1", *RENAME, "--yes")
    (kept,) = json.loads(act("ina", "case", "move", *words, "--dry-run", "--json").out)
    assert kept["reworded"] == {"adults": ["the question"]}
    told = act("ina", "case", "move", *words, "--dry-run").out
    assert "the words have changed:\n    adults: the question\n" in told
    (gone,) = json.loads(act("ina", "case", "move", *words, "--drop", "adults", "--json").out)
    assert "adults~1" in gone["left_behind"]
    assert "adults" in gone["asked_again"] + gone["opened"]
    back = ("--rename", "persons=people", "--rename", "adults~1=adults", "--drop", "adults")
    done = act("ina", "case", "move", "Household 1", "--to", "1.0.0", *back, "--yes", "--json")
    assert done.code == 0, done.err
    assert set(json.loads(done.out)[0]["restored"]) == {"adults", "cars"}


# --- attacks --------------------------------------------------------------------------------------


def move_of(old: str, new: str) -> dict[str, JSON]:
    return {"e": "move", "t": "2026-03-02T14:00:00Z", "by": "ina", "old": old, "new": new}


@pytest.mark.parametrize("forged", ["not approved", "from where it is not"])
def test_a_journal_cannot_move_to_what_is_not_approved(
    forged: str, study: Path, monkeypatch: Any
) -> None:
    opened = open_study(study)
    third = dict(SECOND)
    third["instrument.yaml"] = third["instrument.yaml"].replace("2.0.0", "3.0.0")
    take_in(opened.unlock("ada", passphrase("ada")), write(study.parent / "third", third))
    first, other, second, newest = (one.fingerprint for one in opened.instruments)
    held = taken_up(opened, "Household 1").held
    wrong = {
        "not approved": move_of(first, "00" * 32),
        "another instrument": move_of(first, other),
        "nowhere": move_of(first, first),
        "from where it is not": move_of(second, newest),
    }
    for event in wrong.values():
        with pytest.raises(InvalidInput, match="another approved version"):
            held.append(event)
    # An interviewer whose program does not ask the store can write it; nobody opens it then.
    monkeypatch.setattr("store.casework.moves.require_move", lambda *parts: "")
    held.append(wrong[forged])
    with pytest.raises(DamagedCase):
        held.submit(cast(dict[str, JSON], {}))
    held.release()
    monkeypatch.undo()
    with pytest.raises(DamagedCase):
        taken_up(opened, "Household 1")
    assert not opened.unlock("dan", passphrase("dan")).verify().ok
    opened.close()


def test_a_move_that_cannot_have_been_is_told_in_a_sentence(act: Act, study: Path) -> None:
    opened = open_study(study)
    first, _, second = (one.fingerprint for one in opened.instruments)
    held = taken_up(opened, "Household 1").held
    rows: JSON = {"visitor": {"added": 9, "standing": [9], "order": [9]}}
    held.append(move_of(first, second) | {"rows": rows})
    held.release()
    with pytest.raises(MovingError, match="do not bear out"):
        taken_up(opened, "Household 1")
    opened.close()
    one = act("ina", "case", "move", "Household 1", "--to", "1.0.0", "--yes")
    assert (one.code, one.err.count("\n")) == (2, 1)
    assert "do not bear out" in one.err
    every = act("ina", "case", "move", "--all", "--to", "1.0.0", "--yes")
    assert every.code == 1
    assert "stays as it is. The journal of this case" in every.err


def test_a_case_handed_in_with_a_version_that_is_not_approved_is_damaged(
    study: Path, monkeypatch: Any
) -> None:
    opened = open_study(study)
    work = taken_up(opened, "Household 1")
    monkeypatch.setattr("store.casework.moves.version_in_use", lambda *parts: "00" * 32)
    submit(work)
    monkeypatch.undo()
    with pytest.raises(DamagedCase):
        list(opened.unlock("dan", passphrase("dan")).submitted())
    opened.close()


def test_a_version_changed_by_hand_in_the_row_is_noticed(study: Path) -> None:
    opened = open_study(study)
    second = opened.instruments[-1].fingerprint
    opened.close()
    with sqlite3.connect(study / "study.db") as connection:
        connection.execute('UPDATE "case" SET instrument = ?', (second,))
    opened = open_study(study)
    ina = opened.unlock("ina", passphrase("ina"))
    for card in ina.cases():
        assert card.damaged == card.mine
        if card.mine:
            with pytest.raises(DamagedCase):
                ina.open_case(card.id)
    opened.close()
