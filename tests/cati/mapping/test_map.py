"""Maps as files: what is on them, and that it fits the paper."""

import re
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import pytest

from cati.mapping.draw import LEFT, RIGHT, draw
from cati.mapping.lanes import Line, lanes
from cati.mapping.model import Mark, sheets
from cati.mapping.pages import HEIGHT, WIDTH, pages
from cati.mapping.table import table_lines
from instrument import read_files, read_instrument
from tests.cati.cli.conftest import (
    Run,
    run,  # noqa: F401
)
from tests.instrument.household import files
from tests.scenario import inline_instrument

SVG = "{http://www.w3.org/2000/svg}"
SEVEN_POINTS = 7 * 25.4 / 72


def drawn(instrument, marks=None) -> list[ElementTree.Element]:  # type: ignore[no-untyped-def]
    return [
        ElementTree.fromstring(draw(page))
        for sheet in sheets(instrument, marks or {})
        for page in pages(sheet)
    ]


def words(pictures: list[ElementTree.Element]) -> str:
    return "\n".join("".join(one.itertext()) for one in pictures)


def test_every_item_and_condition_is_on_the_maps() -> None:
    instrument = read_files(files())
    seen = words(drawn(instrument))
    for name, item in instrument.items.items():
        assert name in seen
        if item.ask_if is not None:
            assert all(word in seen for word in str(item.ask_if).split())
    for picture in drawn(instrument):
        assert picture.find(f"{SVG}title") is not None
        assert picture.find(f"{SVG}desc") is not None


def test_a_page_is_as_large_as_paper_and_its_letters_can_be_read() -> None:
    folder = Path(__file__).parents[3] / "instrument" / "njov4"
    for picture in drawn(read_instrument(folder)):
        assert (picture.get("width"), picture.get("height")) == ("210mm", "279mm")
        style = picture.findtext(f"{SVG}style") or ""
        sizes = [float(size) for size in re.findall(r"font-size:([\d.]+)px", style)]
        assert sizes
        assert min(sizes) >= SEVEN_POINTS
        assert set(re.findall(r"#[0-9a-f]+", style)) <= {"#000", "#fff", "#eee"}
        for shape in picture.iter(f"{SVG}rect"):
            top, height = float(shape.get("y", 0)), float(shape.get("height", 0))
            assert top + height <= HEIGHT
        for path in picture.iter(f"{SVG}path"):
            across = re.findall(r"H([\d.]+)", path.get("d", ""))
            assert all(0 < float(x) < WIDTH - 5 for x in across)


def test_nothing_that_an_author_writes_breaks_out_of_the_picture() -> None:
    hostile = '"</text><script>alert(1)</script>&\x1b[31m'
    instrument = inline_instrument(
        f"""
        - {{question: a, kind: yes_no, label: {hostile!r}}}
        - {{question: b, kind: yes_no, ask_if: a}}
        """.replace("\x1b", " ")
    )
    (overview, section) = drawn(instrument)
    assert not list(section.iter(f"{SVG}script")) + list(overview.iter(f"{SVG}script"))
    assert "<script>alert(1)</script>&" in words([section])


def test_marks_are_said_in_words_and_signs() -> None:
    instrument = read_files(files())
    first, second, *_ = instrument.items
    marks = {
        first: (Mark("item-unreachable", "never asked", is_dead=True),),
        second: (Mark("trap", "acknowledged: a trap", is_acknowledged=True),),
    }
    seen = words(drawn(instrument, marks))
    assert "✕ never asked" in seen
    assert "(✓) acknowledged: a trap" in seen
    assert "1 finding in it" in seen
    assert "✕" not in words(drawn(instrument))
    assert any("never asked" in line for line in table_lines(instrument, marks, markdown=True))


@pytest.mark.parametrize("seed", range(12))
def test_lines_of_one_lane_do_not_lie_on_each_other(seed: int) -> None:
    random = Random(seed)
    steps = random.randint(3, 14)
    lines = [Line(at, at + 1, "next") for at in range(steps - 1)]
    for _ in range(random.randint(1, 20)):
        start, end = sorted(random.sample(range(steps), 2))
        lines.append(Line(start, end, random.choice(("no", "reads"))))
    found = lanes(steps, lines)
    assert len(found) == sum(line.kind != "next" for line in lines)
    for at, one in enumerate(found):
        for other in found[at + 1 :]:
            if (one.is_right, one.place) == (other.is_right, other.place):
                assert one.line.end <= other.line.start or other.line.end <= one.line.start
    assert LEFT < RIGHT


def test_the_command_writes_files_and_prints_tables(run: Run, tmp_path: Path) -> None:  # noqa: F811
    folder, to = tmp_path / "household", tmp_path / "maps"
    folder.mkdir()
    for name, body in files().items():
        (folder / name).write_bytes(body)
    done = run("map", folder, "--to", to, "--quick")
    assert done.code == 0
    assert len(list(to.glob("*.svg"))) == int(done.out.split()[2])
    table = run("map", folder, "--table", "markdown", "--quick")
    assert table.code == 0
    assert table.out.splitlines()[1].count("---") == table.out.splitlines()[0].count("|") - 1
    assert run("map", folder, "--quick").code == 2
    measured = run("check", folder, "--quick", "--measures")
    assert measured.code == 0
    assert "different routes" in measured.out
