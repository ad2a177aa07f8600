"""`cati deck` and `cati replay` as they are typed."""

import json
from pathlib import Path

import pytest

from cati.commands.deck import _in_words
from tests.cati.cli.conftest import Run

FILES = {
    "instrument.yaml": """
instrument: pets
title: Pets
version: "1.0"
modes: {interview: Telephone interview, record: Case record}
missing:
  - {reason: not_sure, code: -1, label: Not sure, key: f8}
sections: [home]
""",
    "home.yaml": """
section: home
title: Home
items:
  - {question: dogs, kind: integer, range: 0..20, label: Dogs, ask: How many dogs?,
     checks: [{hard: dogs < 20, say: That many?}]}
  - {question: cats, kind: yes_no, label: Cats, ask: Are there cats?}
  - {question: quiet, kind: yes_no, label: Quiet, ask: Do they get on?, ask_if: dogs > 0 and cats}
  - {question: never, kind: yes_no, label: Never, ask: Never?, ask_if: dogs > 20}
""".replace("That many?", "That many.").replace("Never?", "Never."),
}


def pets(folder: Path, old: str = "", new: str = "") -> Path:
    folder.mkdir(parents=True)
    for name, text in FILES.items():
        (folder / name).write_text(text.replace(old, new) if old else text)
    return folder


def test_a_deck_is_written_and_goes_as_it_expects(run: Run, tmp_path: Path) -> None:
    folder = pets(tmp_path / "pets")
    (folder / "deck").mkdir()
    (folder / "deck" / "interview-99.yaml").write_text("of an earlier deck")
    (folder / "deck" / "notes.txt").write_text("stays")
    made = run("deck", folder, "--to", folder / "deck")
    assert made.code == 0, made.err
    assert made.err == ""
    assert "Telephone interview: " in made.out
    assert "Case record: " in made.out
    assert "3        3   0                1          0            items asked" in made.out
    names = sorted(file.name for file in (folder / "deck").iterdir())
    assert names[0] == "interview-01.yaml"
    assert "record-01.yaml" in names
    assert "interview-99.yaml" not in names
    assert names.pop(names.index("notes.txt"))
    assert run("replay", folder / "deck") == (
        0, f"{len(names)} of {len(names)} interviews go as expected.\n", ""
    )  # fmt: skip
    again = run("deck", folder, "--to", tmp_path / "again", "--json")
    for name in names:
        first, second = (folder / "deck" / name), (tmp_path / "again" / name)
        assert first.read_bytes() == second.read_bytes()
    decks = json.loads(again.out)["decks"]
    assert [one["mode"] for one in decks] == ["interview", "record"]
    assert sum(one["interviews"] for one in decks) == len(names)
    assert "never is asked" in decks[0]["impossible"]
    # A file that is replayed by itself, with the instrument named or found by its place.
    assert run("replay", folder / "deck" / names[0]).code == 0
    edited = pets(tmp_path / "edited", "dogs > 0 and", "dogs > 1 and")
    done = run("replay", tmp_path / "again", "--instrument", edited)
    assert done.code == 1
    assert "quiet: expected that it is asked, found that it is not asked." in done.out
    assert f"{len(names)} were drawn up for another version of the instrument." in done.out
    said = json.loads(run("replay", tmp_path / "again", "--instrument", edited, "--json").out)
    different = [one for one in said if not one["as_expected"]]
    assert different
    for one in different:
        line = Path(one["file"]).read_text().splitlines()[one["difference"]["line"] - 1]
        assert line.startswith("  - quiet")
    # What cannot be is named for people, too.
    told = run("deck", folder, "--mode", "interview").out
    assert "What cannot be, as is proved:\n" in told
    assert "\n  never is asked\n" in told
    # Another instrument is not a version of this one.
    other = pets(tmp_path / "more", "dogs > 0 and", "dogs > 1 and")
    header = other / "instrument.yaml"
    header.write_text(header.read_text().replace("instrument: pets", "instrument: fish"))
    another = run("replay", tmp_path / "again", "--instrument", other).out
    assert "it is of 'pets', and 'fish' is another instrument." in another
    assert "another version" not in another
    # A new wording is another fingerprint, and no difference.
    worded = pets(tmp_path / "worded", "How many dogs?", "How many dogs have you?")
    assert run("replay", tmp_path / "again", "--instrument", worded).code == 0
    one_mode = pets(tmp_path / "one", ", record: Case record")
    gone = run("replay", tmp_path / "again", "--instrument", one_mode)
    assert gone.code == 1
    assert ":6: mode: expected mode record, found an instrument of the modes interview." in gone.out


def test_what_cannot_be_done_is_said_in_a_sentence(run: Run, tmp_path: Path) -> None:
    folder = pets(tmp_path / "pets")
    none = run("replay", folder / "deck")
    assert none.code == 2
    (folder / "deck").mkdir()
    empty = run("replay", folder / "deck")
    assert empty == (
        2, "", f"{folder / 'deck'}: no test interviews there; `cati deck` writes some.\n"
    )  # fmt: skip
    (folder / "deck" / "a.yaml").write_text("title: x\n")
    wrong = run("replay", folder / "deck")
    assert wrong.code == 2
    assert "a.yaml:1:1: 'title' is not known here" in wrong.err
    (tmp_path / "b.yaml").write_text(
        'deck: 1\ninstrument: birds\nversion: "1"\nfingerprint: "x"\nmode: interview\n'
        "interview: []\n"
    )
    unknown = run("replay", tmp_path / "b.yaml")
    assert unknown.code == 2
    assert "it is of 'birds', which is not found: name its folder" in unknown.err
    mode = run("deck", folder, "--mode", "paper")
    assert mode == (2, "", "paper is no mode: choose from interview, record.\n")


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("check means#choices fires", "a choice of means that was taken falls away"),
        ("check means#choices is quiet", "what is taken of means is still offered"),
        ("means#choices: not (x) is not yes",
         "whether a choice of means that was taken falls away"),
        ("check people#1 fires", "check people#1 fires"),
    ],
)  # fmt: skip
def test_checks_that_follow_from_conditions_of_choices_are_said_in_words(
    target: str, words: str
) -> None:
    assert _in_words(target) == words
