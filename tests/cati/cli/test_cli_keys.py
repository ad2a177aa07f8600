import re
import shutil
import stat
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from cati.sheet_page import SheetPage, html_page, text_page
from store import InvalidInput, Role, open_study
from store.crypto import sheets
from tests.cati.cli.conftest import Keys, Run
from tests.store.made import PEOPLE, add_case, found, passphrase


@pytest.fixture(scope="module")
def live_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("live") / "study"
    people = {name: PEOPLE[name] for name in ("ada", "dan", "ina")}
    found(folder, "live", people, rehearsed=False).close()
    return folder


@pytest.fixture
def live(live_made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(live_made, tmp_path / "live"))


@pytest.fixture
def two(keys: Keys) -> Callable[..., list[str | Path]]:
    """Options by which two people act together."""

    def options(name: str, other: str) -> list[str | Path]:
        return [*keys(name, passphrase(name), passphrase(other)), "--with", other]

    return options


def code_of(page: Path) -> str:
    """The code on a text page, as someone types it."""
    lines = [line.strip() for line in page.read_text().splitlines() if line.startswith("    ")]
    assert len(lines) == 2
    return " ".join(lines)


def test_sheets_are_printed_rehearsed_and_outlive_nothing_they_should_not(
    run: Run, live: Path, keys: Keys, two: Callable[..., list[str | Path]], tmp_path: Path
) -> None:
    here = ["--study", live]
    done = run("keys", "status", *here, *keys("dan", passphrase("dan")))
    assert done.code == 1
    assert "Recovery sheets: none" in done.out
    assert "cati keys sheets" in done.out
    paper = tmp_path / "paper"
    done = run("keys", "sheets", "--text", "--to", paper, *here, *two("ada", "dan"))
    assert (done.code, done.err) == (0, "")
    assert "Hand two of the pages to two other people" in " ".join(done.out.split())
    pages = sorted(paper.iterdir())
    assert [page.name for page in pages] == [f"recovery-sheet-{n}.txt" for n in (1, 2, 3)]
    assert all(stat.S_IMODE(page.stat().st_mode) == 0o600 for page in pages)
    codes = [code_of(page) for page in pages]
    for number, (page, code) in enumerate(zip(pages, codes, strict=True), start=1):
        text = page.read_text()
        assert f"SHEET {number} OF 3" in text
        assert "Households (live)" in text
        assert not any(other in text for other in codes if other != code)
        assert not any(code in told for told in (done.out, done.err))
    typed = tmp_path / "typed.txt"
    again = ["keys", "sheets", "--text", "--to", tmp_path / "again", *here]
    done = run(*again, *two("ada", "dan"))
    assert (done.code, "--replace" in done.err) == (2, True)
    former = re.findall(r"Set: +([0-9a-f]{5})\n", pages[0].read_text())
    assert f"(set {former[0]})" in done.err
    done = run(*again, "--replace", *two("ada", "dan"))
    assert done.code == 0
    pages = sorted((tmp_path / "again").iterdir())
    before, codes = codes, [code_of(page) for page in pages]
    (newest,) = re.findall(r"Set: +([0-9a-f]{5})\n", pages[2].read_text())
    assert (
        f"set {newest}, made on"
        in run("keys", "status", *here, *keys("ada", passphrase("ada"))).out
    )
    typed.write_text(f"{codes[0]}\n{before[1]}")
    alone = keys("ada", passphrase("ada"))
    done = run("keys", "rehearse", "--sheets-file", typed, *here, *alone)
    assert f"Sheet 2, typed second, is of set {former[0]}. Only set {newest}" in done.err
    rehearse = ["keys", "rehearse", "--sheets-file", typed, *here, *alone]
    for lines, told in (
        ([codes[0]], "holds 1 line:"),
        ([codes[0], codes[1][:-1] + ("q" if codes[1][-1] != "q" else "p")], "Group 14"),
        ([codes[2], codes[2]], "Both are sheet 3"),
    ):
        typed.write_text("\n".join(lines))
        done = run(
            "keys", "rehearse", "--sheets-file", typed, *here, *keys("ada", passphrase("ada"))
        )
        assert (done.code, done.out) == (2, "")
        assert told in done.err
    typed.write_text(f"{codes[2]}\n\n{codes[0].upper()}\n")
    assert run(*rehearse).code == 0
    done = run("keys", "status", "--json", *here, *keys("dan", passphrase("dan")))
    assert (done.code, '"rehearsed_by": "ada"' in done.out) == (0, True)
    done = run("keys", "sheets", "--to", tmp_path / "new", *here, *two("ada", "dan"))
    assert done.code == 2
    assert "--replace" in done.err
    done = run("keys", "rotate", *here, *two("dan", "ada"))
    assert done.code == 0
    assert "The new key is data.2" in done.out
    assert "interviews go on after that" in done.out


def test_sheets_that_cannot_be_written_are_not_made(
    run: Run, live: Path, keys: Keys, two: Callable[..., list[str | Path]], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "recovery-sheet-2.html").write_text("kept")
    for folder, told in (
        (live / "paper", "must not lie in the study's folder"),
        (taken, "holds sheets already"),
        (tmp_path / "file" / "paper", "cannot be written"),
    ):
        done = run("keys", "sheets", "--to", folder, "--study", live, *two("ada", "dan"))
        assert (done.code, done.out) == (2, "")
        assert told in done.err
    assert [path.name for path in taken.iterdir()] == ["recovery-sheet-2.html"]
    # nobody confirms: the files that were begun go away again
    alone = keys("ada", passphrase("ada"))
    done = run("keys", "sheets", "--to", tmp_path / "new", "--study", live, *alone)
    assert done.code == 2
    assert "two people" in done.err
    assert list((tmp_path / "new").iterdir()) == []
    study = open_study(live)
    assert study.body.recovery is None
    study.close()


def test_a_data_manager_is_let_in_with_sheets(
    run: Run, live: Path, keys: Keys, two: Callable[..., list[str | Path]], tmp_path: Path
) -> None:
    here = ["--study", live]
    run("keys", "sheets", "--text", "--to", tmp_path / "paper", *here, *two("ada", "dan"))
    typed = tmp_path / "typed.txt"
    pages = sorted((tmp_path / "paper").iterdir())
    typed.write_text("\n".join(code_of(page) for page in pages[1:]))
    alone = ["--study", live, *keys("ada", passphrase("ada"))]
    for words in (["user", "enroll", "dan"], ["keys", "let-in", "dan", "--sheets-file", typed]):
        refused = run(*words, *alone)  # neither asks for what it would not take
        assert (refused.code, refused.out) == (2, "")
        assert "`cati user remove dan`, then `cati keys let-in dan`" in refused.err
    done = run("user", "remove", "dan", *alone)
    assert "`cati keys rotate`" in done.out
    assert "`cati keys let-in NAME`" in done.out
    done = run(
        *("keys", "let-in", "dora", "--sheets-file", typed, *here),
        *keys("ada", passphrase("ada"), passphrase("dora")),
    )
    assert (done.code, done.err) == (0, "")
    done = run("keys", "rotate", *here, *two("dora", "ada"))
    assert done.code == 0
    assert "there was nothing to move" in done.out


def test_the_only_administrator_is_replaced_with_sheets_and_the_fingerprint_on_them(
    run: Run, live: Path, keys: Keys, two: Callable[..., list[str | Path]], tmp_path: Path
) -> None:
    run("keys", "sheets", "--text", "--to", tmp_path / "paper", "--study", live, *two("ada", "dan"))
    pages = sorted((tmp_path / "paper").iterdir())
    typed = tmp_path / "typed.txt"
    typed.write_text("\n".join(code_of(page) for page in pages[:2]))
    (printed,) = re.findall(r"Fingerprint: +(.+)", pages[0].read_text())
    options = keys("ada", passphrase("again"))[2:]
    take = ["keys", "take-over", "ada", "--study", live, "--sheets-file", typed, *options]
    for fingerprint, told in (("0" * 32, "not the study that was meant"), ("12", "8 groups")):
        done = run(*take, "--fingerprint", fingerprint)
        assert (done.code, done.out) == (2, "")
        assert told in done.err
    done = run(*take, "--fingerprint", printed)
    assert (done.code, done.err) == (0, "")
    assert "new key file" in done.out
    study = open_study(live)
    assert study.unlock("ada", passphrase("again")).roles == {Role.ADMINISTRATOR}
    study.close()


def test_a_change_that_was_interrupted_is_finished_without_another_key(
    run: Run, live: Path, keys: Keys, two: Callable[..., list[str | Path]]
) -> None:
    study = open_study(live)
    ada, dan = (study.unlock(name, passphrase(name)) for name in ("ada", "dan"))
    for number in range(3):
        add_case(dan, f"Household {number}", "ina")
    dan.study_keys.rotate(ada)
    assert dan.study_keys.rewrap(1).left == 2
    study.close()
    done = run("keys", "rotate", "--study", live, *two("dan", "ada"))
    assert done.code == 0
    assert "without a new key" in done.out
    assert "Moved 2 wrapped keys of cases; left under an older key: 0." in done.out
    done = run("keys", "rewrap", "--study", live, *keys("dan", passphrase("dan")))
    assert done.out == "Every case is under the newest keys: there was nothing to move.\n"


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.words += data.split()


def test_a_page_shows_one_code_and_nothing_that_a_title_could_smuggle_in() -> None:
    sheet = sheets.Sheet(2, 3, 4, bytearray(range(32)))
    page = SheetPage(
        title="A <script>alert(1)</script> \x1b]0;x\x07study",
        kind="live",
        fingerprint="0000 1111",
        number=2,
        made="2026-11-22",
        set="1a2b3",
        key="data.2",
        code=sheets.write(sheet),
    )
    parser = _Words()
    parser.feed(html_page(page))
    assert "script" not in parser.tags
    assert "\x1b" not in html_page(page) + text_page(page)
    groups = sheets.write(sheet).split(" ")
    assert [word for word in parser.words if word in groups] == groups
    assert max(map(len, text_page(page).splitlines())) <= 80
    with pytest.raises(InvalidInput):
        sheets.read(" ".join(reversed(groups)))
